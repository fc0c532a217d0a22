"""The rows of the demonstration. Everything goes through the same domain functions as what people enter."""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from ipaddress import IPv4Address
from itertools import cycle, islice
from pathlib import Path

from django.db import transaction

from cameras.domain.registration import register_camera
from cameras.domain.stream_entry import StreamEntry
from cameras.enums import StreamKind
from cameras.models import Camera, Stream, Vantage
from cameras.simulator.camera import USERNAME, camera_address
from cameras.streams.address import StreamAddress
from facilities.domain.networks import allow_network
from facilities.domain.provinces import COMMAND, ProvinceBodies, create_national_bodies, create_province
from facilities.domain.tree import create_facility
from facilities.domain.units import load_units
from facilities.enums import Premises, Sector, UnitLevel, ZoneKind
from facilities.models import AdministrativeUnit, Facility
from portal.demo.capacity import INTERVAL
from portal.rules.records import load_rules

AS_OF = date(2021, 6, 11)
PROVINCE = "49"
NEIGHBOUR = "48"
NEIGHBOUR_CAMERAS = 4

# How many cameras a facility has, in turn; typical is 8.
SIZES = (8, 6, 10, 8, 7, 12, 8, 5, 9, 8, 16, 8, 6, 9, 7, 8)
ZONES = (
    (ZoneKind.CORRIDOR, "Hành lang tầng 1"),
    (ZoneKind.GATE, "Cổng chính"),
    (ZoneKind.YARD, "Sân trước"),
    (ZoneKind.FLOOR_LOBBY, "Sảnh chờ tầng 1"),
    (ZoneKind.CORRIDOR, "Hành lang tầng 2"),
    (ZoneKind.RECEPTION, "Khu tiếp nhận"),
    (ZoneKind.SAMPLING, "Khu lấy mẫu xét nghiệm"),
    (ZoneKind.MEDICAL, "Khu khám sức khỏe"),
    (ZoneKind.HANDOVER, "Khu giao nhận thuốc, nhu yếu phẩm"),
    (ZoneKind.OUTSIDE_BATHROOM, "Bên ngoài nhà vệ sinh chung tầng 1"),
    (ZoneKind.FLOOR_LOBBY, "Sảnh chờ tầng 2"),
    (ZoneKind.PUBLIC, "Nhà ăn"),
    (ZoneKind.CORRIDOR, "Hành lang tầng 3"),
    (ZoneKind.OUTSIDE_BATHROOM, "Bên ngoài nhà vệ sinh chung tầng 2"),
    (ZoneKind.GATE, "Cổng phụ"),
    (ZoneKind.PUBLIC, "Cầu thang chính"),
)
# It happened in 2021: a camera inside a room. It is on record, its pictures are shown to nobody.
FORBIDDEN = (ZoneKind.ISOLATION_ROOM, "Phòng cách ly 101")

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Place:
    """A facility to be."""

    district: str
    sector: Sector
    premises: Premises
    name: str


def seeded() -> bool:
    """Whether the demonstration's rows are there, whole."""
    return Camera.objects.exists()


@transaction.atomic
def seed(*, cameras: int, port: int, password: str, now: datetime, progress: Progress) -> None:
    """Create the province, its facilities and so many cameras, whose RTSP port is `port`: all of it or nothing.

    `progress` is called with what is done, what there is to do, and what it is.
    """
    load_units()
    Vantage.objects.get_or_create(code="central", defaults={"name": "Trung tâm"})
    national = create_national_bodies(actor=None)
    load_rules(actor=None, now=now)
    allow_network(organisation=national, cidr="127.77.0.0/16", actor=None)
    own = list(places())
    numbers = iter(range(1, cameras + NEIGHBOUR_CAMERAS + 1))
    bodies = _province(PROVINCE, now)
    for done, (place, size) in enumerate(zip(own, shares(cameras, len(own)), strict=True)):
        progress(done, len(own), place.name)
        facility = _facility(bodies, place, f"QN-{done + 1:03d}", zones=size + (done % 5 == 0))
        _cameras(facility, list(islice(numbers, size)), port, password, now, forbidden=done == len(own) // 2)
    neighbour = _province(NEIGHBOUR, now)
    place = Place("492", Sector.CIVIL, Premises.DORMITORY, "Ký túc xá phía Tây Đà Nẵng")
    facility = _facility(neighbour, place, "DN-001", zones=NEIGHBOUR_CAMERAS)
    _cameras(facility, list(numbers), port, password, now, forbidden=False)
    progress(len(own), len(own), "")


def simulated() -> int:
    """How many simulated cameras the rows need: the highest number that one of them has."""
    first = IPv4Address(camera_address(1))
    urls = Stream.objects.filter(url__startswith=f"rtsp://{str(first).rpartition('.')[0].rpartition('.')[0]}.")
    hosts = (IPv4Address(StreamAddress.parse(url).host) for url in urls.values_list("url", flat=True))
    return max(int(host) - int(first) + 1 for host in hosts)


def places() -> Iterator[Place]:
    """The 60 invented facilities of the demonstration."""
    path = Path(__file__).with_name("facilities.csv")
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield Place(row["district"], Sector(row["sector"]), Premises(row["premises"]), row["name"])


def shares(cameras: int, facilities: int) -> list[int]:
    """How many cameras each facility gets: about as the typical sizes, in all exactly `cameras`."""
    sizes = list(islice(cycle(SIZES), facilities))
    scaled = [size * cameras // sum(sizes) for size in sizes]
    for index in range(cameras - sum(scaled)):
        scaled[index % facilities] += 1
    return scaled


def _province(code: str, now: datetime) -> ProvinceBodies:
    unit = AdministrativeUnit.objects.valid_on(AS_OF).get(level=UnitLevel.PROVINCE, code=code)
    return create_province(unit, actor=None, now=now)


def _facility(bodies: ProvinceBodies, place: Place, code: str, *, zones: int) -> Facility:
    district = bodies[place.district].area
    assert district is not None  # noqa: S101 - a district's body has its district
    # Army-run facilities answer to the military command, all others to their district's committee.
    parent = bodies[COMMAND] if place.sector is Sector.ARMY else bodies[place.district]
    return create_facility(
        parent=parent,
        name=place.name,
        code=code,
        sector=place.sector,
        premises=place.premises,
        district=district,
        actor=None,
        zones=ZONES[:zones],
        address=district.full_name,
    )


def _cameras(
    facility: Facility, numbers: Sequence[int], port: int, password: str, now: datetime, *, forbidden: bool
) -> None:
    zones = list(facility.zones.order_by("pk"))
    if forbidden:
        kind, name = FORBIDDEN
        zones.insert(0, facility.zones.create(kind=kind, name=name))
    for index, number in enumerate(numbers):
        address = f"rtsp://{camera_address(number)}:{port}"
        streams = [
            StreamEntry(StreamKind.MAIN, f"{address}/main", USERNAME, password),
            StreamEntry(StreamKind.SUB, f"{address}/sub", USERNAME, password),
        ]
        register_camera(
            zone=zones[index % len(zones)],
            name=f"Camera {index + 1:02d}",
            streams=streams,
            interval=INTERVAL,
            actor=None,
            now=now,
        )
