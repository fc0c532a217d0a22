"""Addresses of streams: which text is one, and which network address may be dialled for it."""

import re
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from urllib.parse import unquote

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LONGEST = 2048
LONGEST_NAME = 253
HIGHEST_PORT = 65535

DEFAULT_PORTS = {"rtsp": 554, "http": 80, "https": 443}

_SHAPE = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<authority>[^/?#]*)(?P<rest>.*)", re.DOTALL)
# Printable ASCII without what URLs never carry bare, and without what parsers of URLs disagree about.
_NOT_IN_AN_ADDRESS = re.compile(r'[^\x21-\x7e]|[\\"<>^`{|}]')
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_ENCODED_CONTROL = re.compile(r"%(?:[01][0-9A-Fa-f]|7[Ff])")
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_PORT = re.compile(r"[1-9][0-9]{0,4}")


class AddressError(ValueError):
    """A text that is no stream address. The message tells a person what to mend and never repeats the text."""

    def __init__(self, code: str, message: str | Promise) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user name and a password. Control characters are refused: they would end a header line."""

    username: str
    password: str = field(repr=False)

    def __post_init__(self) -> None:
        if _CONTROL.search(self.username + self.password):
            raise AddressError("credentials", _("A user name or password holds no control characters."))
        if ":" in self.username:
            raise AddressError("credentials", _("A user name holds no colon."))


@dataclass(frozen=True, slots=True)
class StreamAddress:
    """Where a stream is: never with credentials in it.

    `host` is an ASCII name or an IP literal in lower case (IPv6 without brackets, in its shortest form); `path`
    starts with "/" and may carry a query.
    """

    scheme: str
    host: str
    port: int
    path: str

    @classmethod
    def parse(cls, text: str) -> "StreamAddress":
        """Read an address as strictly as possible: what two parsers could read differently is refused.

        Raises AddressError for other schemes, user names and passwords, control characters (encoded ones too),
        spaces, backslashes, fragments, names outside ASCII, and IPv4 addresses in any but the dotted form.
        """
        if len(text) > LONGEST:
            raise AddressError("length", _("The address is too long."))
        if not text.isascii():
            raise AddressError("characters", _("The address is written in ASCII; write a name as xn--…"))
        if _NOT_IN_AN_ADDRESS.search(text) or _ENCODED_CONTROL.search(text) or _BROKEN_ESCAPE.search(text):
            raise AddressError("characters", _("The address holds a character that no address has."))
        shape = _SHAPE.fullmatch(text)
        scheme = shape["scheme"].lower() if shape else ""
        if shape is None or scheme not in DEFAULT_PORTS:
            raise AddressError("scheme", _("The address starts with rtsp://, http:// or https://."))
        if "@" in shape["authority"]:
            raise AddressError("credentials", _("The address holds no user name and no password."))
        if "#" in shape["rest"]:
            raise AddressError("fragment", _("The address holds no “#”."))
        host, port = _authority(shape["authority"].lower(), DEFAULT_PORTS[scheme])
        path = shape["rest"]
        return cls(scheme, host, port, path if path.startswith("/") else f"/{path}")

    @property
    def origin(self) -> str:
        """Scheme, host and port as a URL starts with them; the port only where it is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == DEFAULT_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}"

    @property
    def url(self) -> str:
        """The address as a URL. It never carries credentials, because the address has none."""
        return self.origin + self.path


def _authority(text: str, default_port: int) -> tuple[str, int]:
    if text.startswith("["):
        literal, bracket, after = text[1:].partition("]")
        if not bracket or (after and not after.startswith(":")):
            raise AddressError("host", _("The address's host is not a valid name or IP address."))
        return _ipv6(literal), _port(after[1:] if after else None, default_port)
    host, colon, port = text.partition(":")
    return _name_or_ipv4(host), _port(port if colon else None, default_port)


def _port(text: str | None, default: int) -> int:
    if text is None:
        return default
    if not _PORT.fullmatch(text) or int(text) > HIGHEST_PORT:
        raise AddressError("port", _("The address's port is a number from 1 to 65535."))
    return int(text)


def _ipv6(text: str) -> str:
    # A zone ("%eth0") names an interface of this machine: not something an address of a camera may choose.
    try:
        ip = None if "%" in text else IPv6Address(text)
    except ValueError:
        ip = None
    if ip is None:
        raise AddressError("host", _("The address's host is not a valid name or IP address."))
    return ip.compressed


def _name_or_ipv4(text: str) -> str:
    labels = text.split(".")
    valid = len(text) <= LONGEST_NAME and all(_LABEL.fullmatch(label) for label in labels)
    if valid and _NUMBER.fullmatch(labels[-1]):
        # A last label that is a number makes resolvers read the whole as IPv4, also in octal, hexadecimal or as
        # one number (127.1, 0177.0.0.1, 0x7f000001, 2130706433): only the dotted form of four is one here.
        try:
            IPv4Address(text)
        except ValueError:
            valid = False
    if not valid:
        raise AddressError("host", _("The address's host is not a valid name or IP address."))
    return text


def split_credentials(text: str) -> tuple[str, Credentials | None]:
    """Take user:password@ out of a pasted URL: the URL without them, and them percent-decoded (None without any).

    The last "@" before the path ends them, so that a password may hold one. Raises AddressError if they hold
    control characters, a backslash, or escapes that are not UTF-8. The rest of the text is not judged here.
    """
    shape = _SHAPE.fullmatch(text)
    userinfo, at, host = shape["authority"].rpartition("@") if shape else ("", "", "")
    if shape is None or not at:
        return text, None
    username, _colon, password = userinfo.partition(":")
    if "\\" in userinfo or _BROKEN_ESCAPE.search(userinfo):
        raise AddressError("credentials", _("Special characters in a password are written as %XX in an address."))
    try:
        credentials = Credentials(unquote(username, errors="strict"), unquote(password, errors="strict"))
    except UnicodeDecodeError:
        credentials = None
    if credentials is None:
        # Raised outside of the handler: a UnicodeDecodeError carries the bytes that it failed on.
        raise AddressError("credentials", _("Special characters in a password are written as %XX in an address."))
    return f"{shape['scheme']}://{host}{shape['rest']}", credentials


# Services of clouds that hand out secrets to whoever asks from inside, beside those on link-local addresses.
METADATA = frozenset(
    (
        IPv4Address("168.63.129.16"),
        IPv4Address("100.100.100.200"),
        IPv4Address("192.0.0.192"),
        IPv6Address("fd00:ec2::254"),
        IPv6Address("fd20:ce::254"),
    )
)
_NEVER = tuple(IPv4Network(net) for net in ("0.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4"))
_NEVER6 = tuple(IPv6Network(net) for net in ("::/128", "fe80::/10", "fec0::/10", "ff00::/8"))
_TRANSLATED = (IPv6Network("64:ff9b::/96"), IPv6Network("::/96"))


@dataclass(frozen=True, slots=True)
class NetworkPolicy:
    """Which addresses may be dialled.

    Those inside one of `allowed`, and never loopback, link-local, metadata, multicast or unspecified ones; but
    loopback is permitted with `loopback_allowed`, a development setting. An IPv6 address that carries an IPv4 one
    (mapped, translated, 6to4) is judged as the IPv4 inside.
    """

    allowed: tuple[IPv4Network | IPv6Network, ...]
    loopback_allowed: bool = False

    def permits(self, ip: IPv4Address | IPv6Address) -> bool:
        """Whether this address may be dialled."""
        if isinstance(ip, IPv6Address):
            if ip.scope_id is not None:
                return False
            ip = _inside(ip) or ip
        never = _NEVER if isinstance(ip, IPv4Address) else _NEVER6
        if ip.is_loopback:
            return self.loopback_allowed
        if ip in METADATA or any(ip in net for net in never):
            return False
        return any(ip in net for net in self.allowed)


def _inside(ip: IPv6Address) -> IPv4Address | None:
    if ip.ipv4_mapped or ip.sixtofour:
        return ip.ipv4_mapped or ip.sixtofour
    if int(ip) > 1 and any(ip in net for net in _TRANSLATED):
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return None
