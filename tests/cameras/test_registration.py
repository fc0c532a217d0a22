import logging
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils.translation import override
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from cameras.domain.passwords import SealBroken, unseal
from cameras.domain.registration import (
    EditConflict,
    Edited,
    delete_camera,
    edit_camera,
    register_camera,
    version,
)
from cameras.domain.stream_entry import RegistrationRefused, StreamEntry
from cameras.enums import Reason, State, StreamKind
from cameras.live.tiles import Tile, publish, read
from cameras.models import Camera, CameraState, Stream
from facilities.enums import Requirement, ZoneKind
from facilities.models import AllowedNetwork, Zone
from tests.world import NOW, World

CANARY = "Chim-hoang-yen-7391"
LATER = NOW + timedelta(minutes=5)
MAIN, SUB = StreamKind.MAIN, StreamKind.SUB


def entry(address: str = "rtsp://10.1.2.3/main", kind: StreamKind = MAIN, **more: Any) -> StreamEntry:
    return StreamEntry(kind, address, **more)


def zone(world: World, kind: ZoneKind = ZoneKind.GATE, facility: str = "tam_ky_school") -> Zone:
    return world.facilities[facility].zones.get(kind=kind)


def register(world: World, *streams: StreamEntry, **changed: Any) -> Camera:
    given = {
        "zone": zone(world),
        "name": "Cổng chính",
        "streams": streams or [entry()],
        "interval": 60,
        "actor": world.people["tam_ky_officer"],
        "now": NOW,
    }
    return register_camera(**{**given, **changed})


def edit(world: World, camera: Camera, *streams: StreamEntry, **changed: Any) -> Edited:
    given = {
        "camera": camera,
        "zone": camera.zone,
        "name": camera.name,
        "streams": streams or None,
        "interval": camera.interval,
        "seen": None,
        "actor": world.people["tam_ky_officer"],
        "now": LATER,
    }
    return edit_camera(**{**given, **changed})


def opened(stream: Stream, host: str = "10.1.2.3", port: int = 554) -> str:
    return unseal(stream.sealed_password, camera=stream.camera_id, host=host, port=port)


def problems(refused: pytest.ExceptionInfo[RegistrationRefused]) -> list[tuple[str, StreamKind | None]]:
    return [(problem.field, problem.kind) for problem in refused.value.problems]


def all_text_of_database() -> Iterator[str]:
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT row_to_json(t)::text FROM "{table}" AS t')  # noqa: S608 - the database's own tables
            yield from (row for (row,) in cursor.fetchall())


WRONG_STREAMS: list[tuple[Sequence[StreamEntry], list[tuple[str, StreamKind | None]]]] = [
    ([entry("")], [("address", MAIN)]),
    ([entry("10.1.2.3/main")], [("address", MAIN)]),
    ([entry("file:///etc/passwd")], [("address", MAIN)]),
    ([entry("rtsp://10.1.2.3/a\r\nSET x 1")], [("address", MAIN)]),
    ([entry("rtsp://10.1.2.3/" + "a" * 500)], [("address", MAIN)]),
    ([entry("rtsp://admin:12/34@10.1.2.3/main")], [("address", MAIN)]),
    ([entry("rtsp://192.168.1.1/main")], [("address", MAIN)]),
    ([entry("rtsp://169.254.169.254/main")], [("address", MAIN)]),
    ([entry("rtsp://127.0.0.1:6379/main")], [("address", MAIN)]),
    ([entry("rtsp://[::ffff:127.0.0.1]/main")], [("address", MAIN)]),
    ([entry(), entry("rtsp://192.168.1.1/sub", SUB)], [("address", SUB)]),
    ([entry("x"), entry("y", SUB)], [("address", MAIN), ("address", SUB)]),
    ([entry(password=CANARY)], [("username", MAIN)]),
    ([entry(username="a:b", password=CANARY)], [("username", MAIN)]),
    ([entry(username="a" * 101)], [("username", MAIN)]),
    ([entry(username="admin", password="a" * 201)], [("password", MAIN)]),
    ([entry(username="admin", password="a\nb")], [("username", MAIN)]),
    ([entry(f"rtsp://admin:{CANARY}@10.1.2.3/main", password="khác")], [("password", MAIN)]),
    ([entry(kind=SUB)], [("streams", None)]),
    ([entry(), entry()], [("streams", None)]),
]


class TestRegistering:
    def test_the_camera_is_due_at_once_and_counts_as_not_observed(self, world: World) -> None:
        camera = register(world, entry(), entry("rtsp://10.1.2.3/sub", SUB))
        state = camera.state
        assert (state.state, state.reason, state.since, state.due_at) == (State.UNKNOWN, Reason.NOT_PROBED, NOW, NOW)
        assert [(stream.kind, stream.url) for stream in camera.streams.order_by("kind")] == [
            ("main", "rtsp://10.1.2.3/main"),
            ("sub", "rtsp://10.1.2.3/sub"),
        ]

    def test_a_pasted_account_is_taken_out_of_the_address_and_sealed(self, world: World) -> None:
        camera = register(world, entry(f"rtsp://admin:{CANARY}%40%2F@10.1.2.3/main?channel=1"))
        stream = camera.streams.get()
        assert (stream.url, stream.username) == ("rtsp://10.1.2.3/main?channel=1", "admin")
        assert opened(stream) == f"{CANARY}@/"

    def test_the_password_is_nowhere_in_clear(self, world: World, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        first = entry(f"rtsp://admin:{CANARY}@10.1.2.3/main")
        second = entry("rtsp://10.1.2.3/sub", SUB, username="admin", password=CANARY)
        camera = register(world, first, second)
        with pytest.raises(RegistrationRefused) as refused:
            register(world, entry(f"rtsp://admin:{CANARY}@192.168.1.1/main"), second)
        told = [repr(first), repr(second), repr(camera), repr(list(camera.streams.all())), caplog.text]
        told += [repr(refused.value), repr(refused.value.problems), str(refused.value), refused.exconly()]
        assert not [text for text in [*told, *all_text_of_database()] if CANARY in text]
        assert any("rtsp://10.1.2.3/main" in text for text in all_text_of_database())

    def test_a_seal_put_into_another_row_does_not_open(self, world: World) -> None:
        mine = register(world, entry(username="admin", password=CANARY)).streams.get()
        second = entry("rtsp://10.1.2.3/second", username="admin", password="khác")
        other = register(world, second, name="Cổng phụ").streams.get()
        Stream.objects.filter(pk=other.pk).update(sealed_password=mine.sealed_password)
        other.refresh_from_db()
        with pytest.raises(SealBroken):
            opened(other)
        Stream.objects.filter(pk=mine.pk).update(url="rtsp://10.66.66.66/main")
        mine.refresh_from_db()
        with pytest.raises(SealBroken):
            opened(mine, host="10.66.66.66")

    def test_what_is_wrong_is_named(self, world: World) -> None:
        before = Camera.objects.count()
        for streams, wrong in WRONG_STREAMS:
            with pytest.raises(RegistrationRefused) as refused:
                register(world, *streams)
            assert problems(refused) == wrong, streams
        assert Camera.objects.count() == before

    def test_all_that_is_wrong_is_said_at_once(self, world: World) -> None:
        with pytest.raises(RegistrationRefused) as refused:
            register(world, entry("x"), name=" ", interval=5)
        assert sorted(problem.field for problem in refused.value.problems) == ["address", "interval", "name"]

    def test_a_name_stands_once_in_a_zone(self, world: World) -> None:
        register(world)
        with pytest.raises(RegistrationRefused) as refused:
            register(world, entry("rtsp://10.1.2.3/second"))
        assert problems(refused) == [("name", None)]
        register(world, entry("rtsp://10.1.2.3/second"), zone=zone(world, ZoneKind.CORRIDOR))

    def test_one_device_does_not_vouch_for_two_zones(self, world: World) -> None:
        first = register(world)
        with pytest.raises(RegistrationRefused) as refused:
            register(world, name="Sân", zone=zone(world, ZoneKind.CORRIDOR))
        assert problems(refused) == [("address", MAIN)]
        assert first.name in str(refused.value.problems[0].message)
        # Another facility's entries are nobody's business here: the same address there is neither told nor refused.
        register(world, zone=zone(world, facility="hoi_an_hotel"))

    def test_networks_count_from_the_facility_up(self, world: World) -> None:
        AllowedNetwork.objects.create(organisation=world.nodes["tam_ky_school"], cidr="192.168.1.0/24")
        register(world, entry("rtsp://192.168.1.1/main"))
        with pytest.raises(RegistrationRefused):
            register(world, entry("rtsp://192.168.1.1/main"), zone=zone(world, facility="hoi_an_hotel"))

    def test_without_any_network_the_message_says_whom_to_ask(self, world: World) -> None:
        AllowedNetwork.objects.all().delete()
        with pytest.raises(RegistrationRefused) as refused:
            register(world)
        with override("en"):
            assert str(refused.value.problems[0].message) == (
                "No network is permitted for this facility yet. Ask the technical operator to permit its network."
            )

    def test_a_name_is_asked_only_when_it_is_called(self, world: World) -> None:
        assert register(world, entry("rtsp://camera1.quangnam.example/main")).streams.get().url == (
            "rtsp://camera1.quangnam.example/main"
        )

    def test_loopback_is_for_simulated_cameras_alone(self, world: World, settings: Settings) -> None:
        settings.CAMERAS_ON_LOOPBACK = True
        assert register(world, entry("rtsp://127.0.0.1:8554/main")).pk

    def test_a_forbidden_zone_is_accepted_as_a_record(self, world: World) -> None:
        camera = register(world, zone=zone(world, ZoneKind.TOILET))
        assert camera.zone.requirement is Requirement.FORBIDDEN


class TestEditing:
    @pytest.fixture
    def camera(self, world: World) -> Camera:
        return register(world, entry(username="admin", password=CANARY))

    @pytest.mark.parametrize(
        ("address", "host", "port", "kept"),
        [
            ("rtsp://10.1.2.3/other?channel=2", "10.1.2.3", 554, True),
            ("rtsp://10.1.2.3:554/main", "10.1.2.3", 554, True),
            ("rtsp://10.1.2.4/main", "10.1.2.4", 554, False),
            ("rtsp://10.1.2.3:8554/main", "10.1.2.3", 8554, False),
            ("http://10.1.2.3:554/main", "10.1.2.3", 554, False),
        ],
    )
    def test_the_password_never_follows_to_another_address(
        self, world: World, camera: Camera, address: str, host: str, port: int, *, kept: bool
    ) -> None:
        edited = edit(world, camera, entry(address, username="admin"))
        stream = camera.streams.get()
        assert edited.password_dropped is not kept
        assert (opened(stream, host, port) if kept else stream.sealed_password) == (CANARY if kept else "")

    def test_one_typed_in_the_same_edit_is_stored_for_the_new_address(self, world: World, camera: Camera) -> None:
        edited = edit(world, camera, entry("rtsp://10.1.2.4/main", username="admin", password="moi"))
        assert not edited.password_dropped
        assert opened(camera.streams.get(), "10.1.2.4") == "moi"

    @pytest.mark.parametrize("gone", [{"username": "admin", "password": ""}, {"username": "", "password": None}])
    def test_it_is_removed_when_asked_or_left_without_its_user(
        self, world: World, camera: Camera, gone: dict[str, Any]
    ) -> None:
        edit(world, camera, entry(**gone))
        assert camera.streams.get().sealed_password == ""

    def test_a_paused_camera_is_called_again_once_its_account_is_mended(self, world: World, camera: Camera) -> None:
        states = CameraState.objects.filter(camera=camera)
        states.update(due_at=None, failures=3, failing_since=NOW, claim=7, recorded_claim=7)
        edit(world, camera, name="Cổng lớn")
        assert states.get().due_at is None
        edit(world, camera, interval=30)
        assert states.get().due_at is None
        edit(world, camera, entry(username="admin", password="moi"))
        state = states.get()
        assert (state.due_at, state.failures, state.failing_since) == (LATER, 0, None)

    @pytest.mark.parametrize(
        "change",
        [
            {"streams": [entry("rtsp://10.1.2.3/other", username="admin")]},
            {"streams": [entry(username="admin", password="moi")]},
            {"streams": [entry(username="admin", basic_allowed=True)]},
            {"interval": 30},
        ],
    )
    def test_it_is_due_at_once_and_a_look_begun_before_does_not_count(
        self, world: World, camera: Camera, change: dict[str, Any]
    ) -> None:
        states = CameraState.objects.filter(camera=camera)
        states.update(due_at=LATER + timedelta(seconds=50), claim=7, recorded_claim=6, claimed_until=LATER)
        edit(world, camera, **change)
        state = states.get()
        assert (state.due_at, state.claimed_until, state.claim, state.recorded_claim) == (LATER, None, 7, 7)

    def test_a_new_name_alone_disturbs_nothing(self, world: World, camera: Camera) -> None:
        before = CameraState.objects.filter(camera=camera).values().get()
        edited = edit(world, camera, entry(username="admin"), name="Cổng lớn")
        assert CameraState.objects.filter(camera=camera).values().get() == before
        assert (Camera.objects.get(pk=camera.pk).name, edited.password_dropped) == ("Cổng lớn", False)
        assert opened(camera.streams.get()) == CANARY

    def test_a_sub_stream_comes_and_goes(self, world: World, camera: Camera) -> None:
        edit(world, camera, entry(username="admin"), entry("rtsp://10.1.2.3/sub", SUB))
        Camera.objects.filter(pk=camera.pk).update(probed_stream=SUB)
        assert camera.streams.count() == 2
        edit(world, camera, entry(username="admin"))
        assert (camera.streams.get().kind, Camera.objects.get(pk=camera.pk).probed_stream) == (MAIN, MAIN)

    @pytest.mark.parametrize(
        ("change", "forgotten"),
        [
            ({"zone": ZoneKind.TOILET}, True),
            ({"streams": [entry("rtsp://10.1.2.9/main")]}, True),
            ({"name": "Cổng lớn"}, False),
            ({"streams": [entry(username="admin", password="moi")]}, False),
        ],
    )
    def test_pictures_of_another_place_are_forgotten(
        self,
        world: World,
        camera: Camera,
        django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
        change: dict[str, Any],
        *,
        forgotten: bool,
    ) -> None:
        publish([Tile(camera.pk, camera.zone.facility_id, State.OK, Reason.NONE, NOW, NOW, NOW, b"jpeg")])
        if "zone" in change:
            change = {"zone": zone(world, change["zone"])}
        with django_capture_on_commit_callbacks(execute=True):
            edit(world, camera, **change)
        assert (camera.pk not in read([camera.pk])) is forgotten

    def test_a_withdrawn_network_stops_new_addresses_and_not_a_new_name(self, world: World, camera: Camera) -> None:
        AllowedNetwork.objects.all().delete()
        edit(world, camera, entry(username="admin"), name="Cổng lớn")
        with pytest.raises(RegistrationRefused):
            edit(world, camera, entry("rtsp://10.1.2.4/main"))

    def test_who_saves_second_is_told(self, world: World, camera: Camera) -> None:
        seen = version(camera, camera.streams.all())
        edit(world, camera, name="Của người thứ nhất", seen=seen)
        with pytest.raises(EditConflict):
            edit(world, camera, name="Của người thứ hai", seen=seen)
        assert Camera.objects.get(pk=camera.pk).name == "Của người thứ nhất"

    @pytest.mark.parametrize(
        "change",
        [
            {"name": "Cổng lớn"},
            {"interval": 30},
            {"zone": ZoneKind.CORRIDOR},
            {"streams": [entry(username="root")]},
            {"streams": [entry(username="admin", password=CANARY)]},
            {"streams": [entry(username="admin", basic_allowed=True)]},
            {"streams": [entry(username="admin"), entry("rtsp://10.1.2.3/sub", SUB)]},
        ],
    )
    def test_every_change_makes_another_version(self, world: World, camera: Camera, change: dict[str, Any]) -> None:
        seen = version(camera, camera.streams.all())
        if "zone" in change:
            change = {"zone": zone(world, change["zone"])}
        edit(world, camera, **change)
        assert version(Camera.objects.get(pk=camera.pk), camera.streams.all()) != seen

    def test_a_camera_stays_in_its_facility(self, world: World, camera: Camera) -> None:
        with pytest.raises(RegistrationRefused) as refused:
            edit(world, camera, zone=zone(world, facility="hoi_an_hotel"))
        assert problems(refused) == [("zone", None)]

    def test_a_refused_edit_changes_nothing(self, world: World, camera: Camera) -> None:
        seen = version(camera, camera.streams.all())
        with pytest.raises(RegistrationRefused):
            edit(world, camera, entry("x"), name="Khác", interval=30)
        assert version(Camera.objects.get(pk=camera.pk), camera.streams.all()) == seen


class TestDeleting:
    def test_one_that_never_delivered_a_picture_can_be_taken_back(self, world: World) -> None:
        camera = register(world)
        delete_camera(camera=Camera.objects.get(pk=camera.pk), actor=world.people["tam_ky_officer"])
        assert not Camera.objects.filter(pk=camera.pk).exists()

    def test_what_somebody_else_deleted_is_gone(self, world: World) -> None:
        camera = register(world)
        Camera.objects.filter(pk=camera.pk).delete()
        with pytest.raises(Camera.DoesNotExist):
            delete_camera(camera=camera, actor=None)
        with pytest.raises(Camera.DoesNotExist):
            edit(world, camera)

    def test_evidence_stays(self, world: World) -> None:
        camera = register(world)
        CameraState.objects.filter(camera=camera).update(pictured_at=NOW)
        with pytest.raises(RegistrationRefused):
            delete_camera(camera=camera, actor=world.people["tam_ky_officer"])
        assert Camera.objects.filter(pk=camera.pk).exists()
