"""The cameras of a benchmark: simulated ones that all send one clip, and their rows in the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from cameras.domain.passwords import seal
from cameras.models import Camera, CameraState, Stream, Vantage
from cameras.simulator.camera import PASSWORD, USERNAME, camera_address
from cameras.simulator.clip import make_clip
from cameras.simulator.running import running_fleet
from facilities.enums import OrganisationKind, Premises, Sector, UnitLevel, ZoneKind
from facilities.models import AdministrativeUnit, AllowedNetwork, Facility, Organisation, Zone
from portal.environment import VAR

PORT = 8654
CAMERAS_PER_SITE = 8


def clip() -> Path:
    """1080p, 25 pictures a second, a keyframe every 2 s, about 2 Mbit/s; made once."""
    path = VAR / "bench" / "1080p.mp4"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        make_clip(path)
    return path


@contextmanager
def simulated(cameras: int) -> Iterator[None]:
    """So many cameras that send the clip, each at its own phase."""
    arguments = ["--cameras", str(cameras), "--clip", str(clip()), "--port", str(PORT), "--http-port", "0"]
    with running_fleet(*arguments, "--control-port", str(PORT + 1)):
        yield


def url_of(number: int) -> str:
    """Where camera `number`, counted from 1, sends its main stream."""
    return f"rtsp://{camera_address(number)}:{PORT}/main"


def url_with_password(number: int) -> str:
    """The same with the password in it, as programs on the command line want it."""
    return url_of(number).replace("://", f"://{USERNAME}:{PASSWORD}@")


@transaction.atomic
def register(cameras: int) -> None:
    """The rows of so many cameras, eight to a facility, none of them due."""
    Camera.objects.all().delete()
    vantage, _ = Vantage.objects.get_or_create(code="central", defaults={"name": "Trung tâm"})
    sites = list(_sites(-(-cameras // CAMERAS_PER_SITE)))
    now = timezone.now()
    for number in range(1, cameras + 1):
        zone = sites[(number - 1) // CAMERAS_PER_SITE]
        camera = Camera.objects.create(zone=zone, name=f"Camera {number}", vantage=vantage)
        Stream.objects.create(
            camera=camera,
            url=url_of(number),
            username=USERNAME,
            sealed_password=seal(PASSWORD, camera=camera.pk, host=camera_address(number), port=PORT),
        )
        CameraState.objects.create(camera=camera, since=now)


def _sites(count: int) -> Iterator[Zone]:
    start = date(2021, 1, 1)
    levels = UnitLevel
    province, _ = AdministrativeUnit.objects.get_or_create(level=levels.PROVINCE, code="49", valid_from=start)
    district, _ = AdministrativeUnit.objects.get_or_create(
        level=levels.DISTRICT, code="502", valid_from=start, defaults={"province": province}
    )
    Facility.objects.all().delete()
    Organisation.objects.all().delete()
    root = Organisation.objects.add_root({"kind": OrganisationKind.NATIONAL, "name": "Bench"})
    AllowedNetwork.objects.create(organisation=root, cidr="127.0.0.0/8")
    for number in range(count):
        root.refresh_from_db()
        node = Organisation.objects.add_child(root, {"kind": OrganisationKind.FACILITY, "name": f"Site {number}"})
        facility = Facility.objects.create(
            organisation=node,
            code=str(number),
            sector=Sector.CIVIL,
            premises=Premises.SCHOOL,
            province=province,
            district=district,
        )
        yield Zone.objects.create(facility=facility, kind=ZoneKind.CORRIDOR, name="Corridor")
