import base64
import traceback
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from cameras.checks import check_stream_keys
from cameras.domain import rotation
from cameras.domain.passwords import Keyring, KeyringError, SealBroken, seal, unseal
from cameras.models import Stream
from tests.world import World, add_camera

CANARY = "Chim-hoàng-yến-7391"
OLD = "old:" + base64.b64encode(b"o" * 32).decode()
NEW = "new:" + base64.b64encode(b"n" * 32).decode()

PLACE: dict[str, object] = {"camera": 7, "host": "10.1.2.3", "port": 554}


@pytest.fixture(autouse=True)
def keys(settings: Settings) -> None:
    settings.STREAM_KEYS = OLD


def opened(sealed: str, **place: object) -> str:
    return unseal(sealed, **{**PLACE, **place})  # type: ignore[arg-type] # a place of mixed types


def sealed(password: str = CANARY, **place: object) -> str:
    return seal(password, **{**PLACE, **place})  # type: ignore[arg-type] # a place of mixed types


@given(st.text())
def test_what_is_sealed_opens_to_the_same(password: str) -> None:
    assert opened(sealed(password)) == password


def test_the_sealed_text_holds_no_trace_and_never_repeats() -> None:
    first, second = sealed(), sealed()
    assert first != second
    raw = base64.b64decode(first.removeprefix("old:"))
    assert CANARY.encode() not in raw


@pytest.mark.parametrize(
    "moved", [{"camera": 8}, {"host": "10.1.2.4"}, {"port": 8554}, {"camera": 71, "host": "0.1.2.3"}]
)
def test_moved_to_another_row_or_address_it_does_not_open(moved: dict[str, object]) -> None:
    with pytest.raises(SealBroken):
        opened(sealed(), **moved)


def test_under_another_keys_name_it_does_not_open(settings: Settings) -> None:
    text = sealed()
    same_key_other_name = OLD.replace("old:", "two:")
    settings.STREAM_KEYS = f"{OLD},{same_key_other_name}"
    with pytest.raises(SealBroken):
        opened(text.replace("old:", "two:"))


@pytest.mark.parametrize(
    "tampered",
    [
        lambda _text: "",
        lambda _text: CANARY,
        lambda _text: "old:",
        lambda _text: "old:" + CANARY,
        lambda _text: "old:" + base64.b64encode(b"short").decode(),
        lambda text: "gone:" + text.removeprefix("old:"),
        lambda text: text[:-6] + ("A" if text[-6] != "A" else "B") + text[-5:],
        lambda text: text[:-8],
    ],
)
def test_tampered_with_it_does_not_open_and_the_error_tells_nothing(tampered: Callable[[str], str]) -> None:
    text = tampered(sealed())
    with pytest.raises(SealBroken) as broken:
        opened(text)
    told = "".join(traceback.format_exception(broken.value)) + repr(broken.value)
    assert CANARY not in told
    assert broken.value.__context__ is None or broken.value.__suppress_context__


def test_all_keys_open_and_the_first_one_seals(settings: Settings) -> None:
    text = sealed()
    settings.STREAM_KEYS = f"{NEW},{OLD}"
    assert opened(text) == CANARY
    assert sealed().startswith("new:")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "k1",
        "k1:",
        "k1:c2VjcmV0",
        "k1:c2VjcmV0-geheim!",
        ":" + base64.b64encode(b"s" * 32).decode(),
        "k 1:" + base64.b64encode(b"s" * 32).decode(),
        f"{OLD},{OLD}",
        f"{OLD},",
        "ключ:" + base64.b64encode(b"s" * 32).decode(),
        "k1:ключ",
    ],
)
def test_a_malformed_keyring_is_named_and_not_shown(text: str) -> None:
    with pytest.raises(KeyringError) as malformed:
        Keyring.parse(text)
    told = "".join(traceback.format_exception(malformed.value))
    message = str(malformed.value)
    assert message.startswith("STREAM_KEYS: entry ")
    assert "c2VjcmV0" not in message
    assert base64.b64encode(b"s" * 32).decode() not in message
    assert "binascii" not in told


def test_a_keyring_does_not_show_its_keys() -> None:
    assert "ooo" not in repr(Keyring.parse(OLD))


def test_the_system_check_speaks_before_a_password_is_lost(settings: Settings) -> None:
    assert check_stream_keys() == []
    settings.STREAM_KEYS = "k1:c2VjcmV0"
    assert [error.id for error in check_stream_keys()] == ["cameras.E001"]
    settings.STREAM_KEYS = "k1:" + base64.b64encode(b"s" * 16).decode()
    assert check_stream_keys() == []
    settings.PRODUCTION = True
    assert [error.id for error in check_stream_keys()] == ["cameras.E002"]


def stored(world: World, count: int) -> list[Stream]:
    streams = []
    for number in range(count):
        camera = add_camera(world.facilities["tam_ky_school"], f"{number}", url=f"rtsp://10.1.2.{number}:8554/main")
        stream = camera.streams.get()
        stream.sealed_password = seal(f"{CANARY}-{number}", camera=camera.pk, host=f"10.1.2.{number}", port=8554)
        stream.save()
        streams.append(stream)
    return streams


def reopened(streams: list[Stream]) -> list[str]:
    rows = Stream.objects.filter(pk__in=[stream.pk for stream in streams]).order_by("pk")
    return [
        unseal(row.sealed_password, camera=row.camera_id, host=f"10.1.2.{number}", port=8554)
        for number, row in enumerate(rows)
    ]


def test_rotation_seals_everything_under_the_first_key(
    world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "BATCH", 2)
    streams = stored(world, 5)
    settings.STREAM_KEYS = f"{NEW},{OLD}"
    out = StringIO()
    call_command("rotate_stream_keys", stdout=out)
    assert out.getvalue() == "5 sealed anew, 0 were so already, 0 broken\n"
    settings.STREAM_KEYS = NEW
    assert reopened(streams) == [f"{CANARY}-{number}" for number in range(5)]


def test_rotation_goes_on_where_it_was_stopped(
    world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "BATCH", 2)
    streams = stored(world, 5)
    settings.STREAM_KEYS = f"{NEW},{OLD}"
    batches = iter([rotation._rotate_batch])

    def stopped(after: int, result: rotation.Rotation) -> list[Stream]:
        return next(batches)(after, result)

    with monkeypatch.context() as patch:
        patch.setattr(rotation, "_rotate_batch", stopped)
        with pytest.raises(StopIteration):
            rotation.rotate()
    result = rotation.rotate()
    assert (result.sealed, result.current, result.broken) == (3, 2, [])
    assert len(reopened(streams)) == 5


def test_rotation_names_what_does_not_open_and_shows_nothing(world: World, settings: Settings) -> None:
    streams = stored(world, 3)
    moved = streams[1]
    Stream.objects.filter(pk=moved.pk).update(sealed_password=streams[0].sealed_password)
    settings.STREAM_KEYS = f"{NEW},{OLD}"
    out = StringIO()
    with pytest.raises(CommandError) as refused:
        call_command("rotate_stream_keys", stdout=out)
    assert str(refused.value).endswith(f"typed again: {moved.pk}")
    assert out.getvalue() == "2 sealed anew, 0 were so already, 1 broken\n"
    assert Stream.objects.get(pk=moved.pk).sealed_password == streams[0].sealed_password
