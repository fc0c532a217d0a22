"""A stream as somebody enters it, and what must be right about it before it is stored."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cameras.enums import StreamKind
from cameras.streams.address import AddressError, Credentials, NetworkPolicy, StreamAddress, split_credentials

LONGEST_URL = 500
LONGEST_USERNAME = 100
LONGEST_PASSWORD = 200


@dataclass(frozen=True, slots=True)
class StreamEntry:
    """A stream as entered: the address may be pasted with user:password@ in it, which then count as entered too.

    `password`: None keeps the stored one where it may be kept, "" removes it.
    """

    kind: StreamKind
    address: str = field(repr=False)
    username: str = ""
    password: str | None = field(default=None, repr=False)
    basic_allowed: bool = False


@dataclass(frozen=True, slots=True)
class CheckedStream:
    """A stream that may be stored; the address is without credentials."""

    kind: StreamKind
    address: StreamAddress
    username: str
    password: str | None = field(repr=False)
    basic_allowed: bool


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one entry, in words for the person who made it. `kind` says in which stream, if in one."""

    field: str
    message: str | Promise
    kind: StreamKind | None = None


class RegistrationRefused(Exception):  # noqa: N818 - an answer to what somebody entered
    """The camera was not stored; `problems` says why, all at once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(", ".join(problem.field for problem in self.problems))


def check_streams(
    entries: Sequence[StreamEntry], policy: NetworkPolicy, stored: Mapping[StreamKind, str]
) -> tuple[list[CheckedStream], list[Problem]]:
    """The entries that may be stored, and what is wrong with the others.

    `stored` holds the present address by kind: one that stays as it is is not asked again where it leads, so that a
    camera can be renamed after its network was withdrawn (the prober asks each time).
    """
    kinds = [entry.kind for entry in entries]
    if kinds.count(StreamKind.MAIN) != 1 or len(set(kinds)) != len(kinds):
        return [], [Problem("streams", _("A camera has one main stream and at most one sub stream."))]
    checked: list[CheckedStream] = []
    problems: list[Problem] = []
    for entry in entries:
        try:
            checked.append(_checked(entry, policy, stored.get(entry.kind)))
        except _Wrong as wrong:
            problems.append(Problem(wrong.field, wrong.message, entry.kind))
    return checked, problems


class _Wrong(Exception):  # noqa: N818 - carries a problem to check_streams
    def __init__(self, where: str, message: str | Promise) -> None:
        super().__init__(where)
        self.field, self.message = where, message


def _checked(entry: StreamEntry, policy: NetworkPolicy, stored: str | None) -> CheckedStream:
    try:
        text, pasted = split_credentials(entry.address.strip())
        address = StreamAddress.parse(text)
    except AddressError as error:
        raise _Wrong("address", error.message) from None
    _check_address(address, policy, unchanged=address.url == stored)
    username, password = _account(entry, pasted)
    _check_account(username, password or "")
    return CheckedStream(entry.kind, address, username, password, entry.basic_allowed)


def _check_address(address: StreamAddress, policy: NetworkPolicy, *, unchanged: bool) -> None:
    if "@" in address.path:
        # A password with a bare "/" or "?" in it ends up in the path, and would be stored readable.
        raise _Wrong("address", _("Enter the password in its own field: it cannot be told apart from this address."))
    if len(address.url) > LONGEST_URL:
        raise _Wrong("address", _("The address is too long."))
    try:
        ip = ip_address(address.host)
    except ValueError:
        return  # A name: where it leads is asked each time it is called.
    if unchanged or policy.permits(ip):
        return
    if not policy.allowed:
        raise _Wrong(
            "address",
            _("No network is permitted for this facility yet. Ask the technical operator to permit its network."),
        )
    permitted = ", ".join(str(network) for network in policy.allowed)
    raise _Wrong(
        "address",
        _(
            "%(ip)s is not in a network permitted for this facility (%(permitted)s). Check the address, or ask the "
            "technical operator to permit its network."
        )
        % {"ip": ip, "permitted": permitted},
    )


def _account(entry: StreamEntry, pasted: Credentials | None) -> tuple[str, str | None]:
    """User name and password of the entry's fields and of its address, where they agree."""
    if pasted is None:
        return entry.username.strip(), entry.password
    if pasted.password and entry.password and pasted.password != entry.password:
        raise _Wrong("password", _("The address holds another password than this field. Enter it once."))
    return pasted.username, pasted.password or entry.password


def _check_account(username: str, password: str) -> None:
    try:
        Credentials(username, password)
    except AddressError as error:
        raise _Wrong("username", error.message) from None
    if len(username) > LONGEST_USERNAME:
        raise _Wrong("username", _("The user name is too long."))
    if len(password) > LONGEST_PASSWORD:
        raise _Wrong("password", _("The password is too long."))
    if password and not username:
        raise _Wrong("username", _("Enter the user name that the password belongs to."))
