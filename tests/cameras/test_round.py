"""A whole round over simulated cameras: claim, read, decode in confinement, judge, record, publish. Nothing faked."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import redis
from django.conf import settings
from django.db import connection
from django.utils import timezone

from cameras.domain.dispatch import claim_due
from cameras.domain.passwords import seal
from cameras.domain.prober import probe, shut_down
from cameras.enums import Reason, State
from cameras.live import tiles
from cameras.models import Camera, CameraState, Stream
from cameras.simulator.camera import USERNAME, camera_address
from cameras.simulator.clip import make_clip
from cameras.simulator.faults import Fault
from cameras.simulator.running import running_fleet
from facilities.models import Zone
from tests.browser.site import free_port
from tests.world import World

CANARY = "Chim-hoang-yen-4711"
HEALTHY = 4
EXPECTED = {
    Fault.DIE: {Reason.REFUSED},
    Fault.REFUSE: {Reason.REFUSED},
    Fault.HANG: {Reason.TIMEOUT},
    Fault.PASSWORD: {Reason.AUTHENTICATION},
    Fault.SESSIONS: {Reason.TOO_MANY_SESSIONS},
    Fault.NOSTREAM: {Reason.NO_SUCH_STREAM},
    Fault.SILENT: {Reason.NO_MEDIA},
    Fault.STALL: {Reason.NO_MEDIA},
    Fault.RUBBISH: {Reason.UNDECODABLE, Reason.UNSUPPORTED},
    Fault.RUBBISH_TCP: {Reason.NOT_A_STREAM},
    Fault.HUGE: {Reason.TOO_LARGE},
    Fault.HTML: {Reason.NOT_A_STREAM},
    Fault.DRIP: {Reason.TIMEOUT},
    Fault.REDIRECT: {Reason.NOT_A_STREAM},
}


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A fleet: the first cameras are healthy, then one for each fault."""
    clip = make_clip(tmp_path_factory.mktemp("clip") / "clip.mp4", 640, 360, 10, seconds=4, gop_seconds=1)
    port = free_port()
    faults = [f"--fault={number}={fault}" for number, fault in enumerate(EXPECTED, start=HEALTHY + 1)]
    with running_fleet(
        *("--cameras", str(HEALTHY + len(EXPECTED)), "--clip", str(clip), "--password", CANARY, "--http-port", "0"),
        *("--port", str(port), "--control-port", str(free_port()), *faults),
    ):
        yield port


@pytest.fixture
def fleet(committed_world: World, port: int, settings: object) -> dict[str, Camera]:
    """The same cameras as rows of one facility, due now, by the word of their fault or by number."""
    settings.CAMERAS_ON_LOOPBACK = True  # type: ignore[attr-defined] # pytest-django's settings
    Camera.objects.all().delete()
    zone = Zone.objects.filter(facility=committed_world.facilities["tam_ky_school"]).order_by("pk")[0]
    words = [*map(str, range(1, HEALTHY + 1)), *EXPECTED]
    return {word: add(zone, number, word, port) for number, word in enumerate(words, start=1)}


def add(zone: Zone, number: int, word: str, port: int) -> Camera:
    host, now = camera_address(number), timezone.now()
    camera = Camera.objects.create(zone=zone, name=word)
    sealed = seal(CANARY, camera=camera.pk, host=host, port=port)
    Stream.objects.create(camera=camera, url=f"rtsp://{host}:{port}/main", username=USERNAME, sealed_password=sealed)
    CameraState.objects.create(camera=camera, since=now, due_at=now)
    return camera


@pytest.fixture(scope="module", autouse=True)
def _prober() -> Iterator[None]:
    yield
    shut_down()


def look(*cameras: Camera) -> None:
    """One round over these cameras, or over all whose checks are not paused."""
    checked = CameraState.objects.filter(due_at__isnull=False)
    due = [camera.pk for camera in cameras] or list(checked.values_list("camera", flat=True))
    checked.update(due_at=timezone.now() + timedelta(hours=1), claimed_until=None)
    checked.filter(camera__in=due).update(due_at=timezone.now())
    probe([(claim.camera, claim.number) for claim in claim_due(now=timezone.now(), vantage="central")])


def stored_text() -> str:
    """Everything that the database and Redis hold, as text."""
    with connection.cursor() as cursor:
        found = []
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT t::text FROM "{table}" AS t')  # noqa: S608 - our own tables' names
            found += [row for (row,) in cursor.fetchall()]
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        for key in client.scan_iter():
            found.append(repr(client.dump(key)))
    return "\n".join(found)


def test_every_fault_has_its_reason_and_holds_up_nobody(
    fleet: dict[str, Camera], caplog: pytest.LogCaptureFixture
) -> None:
    began = timezone.now()
    look()
    look()
    states = {state.camera.name: state for state in CameraState.objects.select_related("camera")}
    for number in range(1, HEALTHY + 1):
        healthy = states[str(number)]
        assert (healthy.state, healthy.width, healthy.height) == (State.OK, 640, 360)
    said = {fault: (states[fault].state, Reason(states[fault].reason)) for fault in EXPECTED}
    assert {fault: state for fault, (state, _) in said.items()} == dict.fromkeys(EXPECTED, State.DOWN)
    assert {fault: reason for fault, (_, reason) in said.items() if reason not in EXPECTED[fault]} == {}
    # Cameras that use up their whole deadline are in the same batch: the others were seen long before them.
    first = fleet["1"].transitions.get()
    slow = fleet[Fault.HANG].transitions.get()
    assert first.at - began < timedelta(seconds=8) < slow.noticed_at - began
    assert CANARY not in stored_text()
    assert CANARY not in caplog.text


def test_a_healthy_camera_has_a_tile_with_its_time(fleet: dict[str, Camera]) -> None:
    camera = fleet["1"]
    look(camera)
    frame = tiles.read([camera.pk])[camera.pk]
    length = int.from_bytes(frame[:4])
    head, jpeg = json.loads(frame[4 : 4 + length]), frame[4 + length :]
    assert (head["camera"], head["state"]) == (camera.pk, State.OK)
    assert timezone.now() - datetime.fromisoformat(head["captured_at"]) < timedelta(minutes=1)
    assert jpeg.startswith(b"\xff\xd8")
    assert jpeg.endswith(b"\xff\xd9")


def test_an_address_outside_of_the_permitted_networks_is_never_dialled(fleet: dict[str, Camera]) -> None:
    camera = fleet["1"]
    Stream.objects.filter(camera=camera).update(url="rtsp://169.254.169.254/latest", sealed_password="")
    look(camera)
    look(camera)
    state = CameraState.objects.get(camera=camera)
    assert (state.state, state.reason) == (State.DOWN, Reason.ADDRESS)


def test_a_sealed_password_of_another_camera_opens_to_nothing(fleet: dict[str, Camera]) -> None:
    """Whoever writes to the database moves a password to a camera of theirs: it is a fault of ours, not a look."""
    mine, other = fleet["1"], fleet["2"]
    stolen = Stream.objects.get(camera=other).sealed_password
    Stream.objects.filter(camera=mine).update(sealed_password=stolen)
    look(mine, other)
    assert CameraState.objects.get(camera=mine).state == State.UNKNOWN
    assert CameraState.objects.get(camera=other).state == State.OK
