"""Spreadsheets of cameras: the last of the kinds, after facilities and zones."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from cameras.domain.registration import Surroundings, delete_camera, register_camera, surroundings_of
from cameras.domain.stream_entry import LONGEST_PASSWORD, LONGEST_URL, Problem, RegistrationRefused, StreamEntry
from cameras.enums import StreamKind
from cameras.models import Camera
from cameras.streams.address import AddressError, StreamAddress
from facilities.enums import Permission
from facilities.intake.cells import RowRefused
from facilities.intake.columns import Column, code, text, verbatim, whole_number, yes_and_no, yes_or_no
from facilities.intake.comparing import check_same
from facilities.intake.places import facilities
from facilities.intake.registry import Kind, StillNeeded, Taken, Values, register
from facilities.intake.taking_back import in_reach
from facilities.models import Facility, User, Zone

DEFAULT_INTERVAL = 60


def without_account(address: str) -> str:
    """The address as it is stored, without user:password@; nothing where these cannot be told apart from the rest."""
    scheme, slashes, rest = address.strip().partition("://")
    try:
        return StreamAddress.parse(f"{scheme}{slashes}{rest.rpartition('@')[2]}").url
    except AddressError:
        return ""


def _nothing(_text: str) -> str:
    return ""


_ADDRESS_HELP = _("From the camera's settings. One with user:password@ may be pasted; they are taken out of it.")

COLUMNS = (
    Column("facility", _("Code of the facility"), _("Or its whole name."), code(200), required=True, example="QNM-001"),
    Column(
        "zone",
        _("Name of the zone"),
        _("As it stands in the portal."),
        text(100),
        required=True,
        example="Hành lang tầng 2, khu A",
    ),
    Column(
        "name",
        _("Name of the camera"),
        _("Once in each zone."),
        text(100),
        required=True,
        example="Camera 1, phía đông",
    ),
    Column(
        "address",
        _("Address of the main stream"),
        _ADDRESS_HELP,
        verbatim(LONGEST_URL + 300),
        required=True,
        example="rtsp://10.1.2.3:554/main",
        shown=without_account,
    ),
    Column("username", _("User name of the camera"), _("Empty, if it asks for none."), text(100), example="admin"),
    Column(
        "password",
        _("Password of the camera"),
        _("Stored sealed. The uploaded file is deleted once it is taken in."),
        verbatim(LONGEST_PASSWORD),
        shown=_nothing,
    ),
    Column(
        "sub_address",
        _("Address of the sub stream"),
        _("May be left empty."),
        verbatim(LONGEST_URL + 300),
        shown=without_account,
    ),
    Column(
        "basic_allowed",
        _("Permit Basic authentication"),
        _("Basic sends the password unencrypted; permit it only where the camera knows no other way."),
        yes_or_no,
        words=yes_and_no,
    ),
    Column("interval", _("Seconds between two checks"), _("60, if left empty."), whole_number(10, 3600), example="60"),
)

_FIELDS = {column.key for column in COLUMNS}


class CameraIntake:
    """One run over a file of cameras."""

    def __init__(self, person: User, now: datetime) -> None:
        self.person, self.now = person, now
        self.facilities = facilities(person, Permission.REGISTER_CAMERAS, now)
        self._zones: dict[int, dict[str, Zone]] = {}
        self._cameras: dict[int, dict[tuple[int, str], Camera]] = {}
        self._surroundings: dict[int, Surroundings] = {}

    def take(self, values: Values) -> Taken:
        facility = self.facilities.find(values["facility"], "facility")
        zone = self._zone(facility, values["zone"])
        interval = values["interval"] or DEFAULT_INTERVAL
        there = self._cameras[facility.pk].get((zone.pk, values["name"]))
        if there is not None:
            _check_same(there, values, interval)
            return Taken()
        try:
            camera = register_camera(
                zone=zone,
                name=values["name"],
                streams=list(_streams(values)),
                interval=interval,
                actor=self.person,
                now=self.now,
                surroundings=self._surroundings[facility.pk],
            )
        except RegistrationRefused as refused:
            raise RowRefused((_column(problem), problem.message) for problem in refused.problems) from None
        self._cameras[facility.pk][zone.pk, camera.name] = camera
        return Taken((camera,), facility.organisation.path)

    def _zone(self, facility: Facility, name: str) -> Zone:
        if facility.pk not in self._zones:
            self._zones[facility.pk] = {zone.name.casefold(): zone for zone in facility.zones.all()}
            there = Camera.objects.filter(zone__facility=facility).prefetch_related("streams")
            self._surroundings[facility.pk] = surroundings_of(facility)
            self._cameras[facility.pk] = {(camera.zone_id, camera.name): camera for camera in there}
        zone = self._zones[facility.pk].get(name.casefold())
        if zone is None:
            raise RowRefused([("zone", _("This facility has no zone “%(name)s”.") % {"name": name})])
        # Its facility is at hand, with its node.
        zone.facility = facility
        return zone


def _streams(values: Values) -> Iterable[StreamEntry]:
    account = {"username": values["username"], "basic_allowed": bool(values["basic_allowed"])}
    password = values["password"] or None
    yield StreamEntry(StreamKind.MAIN, values["address"], password=password, **account)
    if values["sub_address"]:
        yield StreamEntry(StreamKind.SUB, values["sub_address"], password=password, **account)


def _column(problem: Problem) -> str:
    if problem.field == "address":
        return "sub_address" if problem.kind == StreamKind.SUB else "address"
    return problem.field if problem.field in _FIELDS else ""


def _check_same(there: Camera, values: Values, interval: int) -> None:
    """The password is not compared: nobody but the prober opens it."""
    stored = {stream.kind: stream for stream in there.streams.all()}
    main, sub = stored.get(StreamKind.MAIN), stored.get(StreamKind.SUB)
    given = {"address": without_account(values["address"]), "interval": interval if values["interval"] else ""}
    given |= {"sub_address": without_account(values["sub_address"]), "username": values["username"]}
    now = {"address": main.url if main else "", "sub_address": sub.url if sub else "", "interval": there.interval}
    check_same(given, now | {"username": main.username if main else ""})


def take_back(label: str, pk: int, person: User, now: datetime) -> None:
    """Take back a camera that never delivered a picture. Raises StillNeeded."""
    del label, now
    camera = in_reach(Camera.objects.all(), pk, person, Permission.REGISTER_CAMERAS)
    if camera is None:
        return
    try:
        delete_camera(camera=camera, actor=person)
    except RegistrationRefused as refused:
        raise StillNeeded(f"{camera}: {refused.problems[0].message}") from None


def register_kind() -> None:
    """Make the kind known."""
    register(
        Kind(
            "cameras",
            _("Cameras"),
            _("Their facilities and zones must be in the portal, and their networks permitted."),
            COLUMNS,
            Permission.REGISTER_CAMERAS,
            CameraIntake,
            take_back,
        )
    )
