import asyncio
import errno
import socket
from ipaddress import ip_network

import pytest

from cameras.enums import Codec, Reason
from cameras.streams import resolution
from cameras.streams.address import NetworkPolicy, StreamAddress
from cameras.streams.reader import Bounds, StreamFailure, StreamRequest, read_keyframe
from cameras.streams.resolution import connection_failure
from tests.cameras.streams.footage import annex_b, packets
from tests.cameras.streams.scripted import LOOPBACK, ScriptedCamera, interleaved, serving

H264 = b"".join(interleaved(packet) for packet in packets(Codec.H264, annex_b(Codec.H264)))


class Resolver:
    """Answers for names as a test says, one answer after the other, the last one for ever."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *answers: list[str] | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []
        monkeypatch.setattr(resolution, "lookup", self)

    async def __call__(self, host: str) -> list[str]:
        self.asked.append(host)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


async def reason_of(host: str, policy: NetworkPolicy, port: int = 554, bounds: Bounds | None = None) -> Reason:
    request = StreamRequest(StreamAddress("rtsp", host, port, "/"), policy)
    with pytest.raises(StreamFailure) as caught:
        await read_keyframe(request, bounds=bounds or Bounds(seconds=2))
    return caught.value.reason


async def test_a_name_is_resolved_once_and_what_was_judged_is_dialled(monkeypatch: pytest.MonkeyPatch) -> None:
    resolver = Resolver(monkeypatch, ["127.0.0.1"], ["127.0.0.2"])
    async with serving(ScriptedCamera(H264)) as port:
        await read_keyframe(StreamRequest(StreamAddress("rtsp", "cam.example", port, "/"), LOOPBACK))
    assert resolver.asked == ["cam.example"]


async def test_a_rebound_name_reaches_nothing_new(monkeypatch: pytest.MonkeyPatch) -> None:
    # The first answer passes the policy, and nobody listens there; the second points at a listener.
    resolver = Resolver(monkeypatch, ["127.0.0.2"], ["127.0.0.1"])
    camera = ScriptedCamera(H264)
    async with serving(camera) as port:
        assert await reason_of("cam.example", LOOPBACK, port) is Reason.REFUSED
    assert resolver.asked == ["cam.example"]
    assert camera.connections == 0


@pytest.mark.parametrize(
    "answer",
    [
        ["127.0.0.1"],
        ["10.0.0.1", "127.0.0.1"],
        ["10.0.0.1", "::1"],
        ["169.254.169.254"],
        ["10.0.0.1", "::ffff:169.254.169.254"],
        ["10.0.0.1", "8.8.8.8"],
        ["fe80::1%lo"],
        [f"10.0.0.{number}" for number in range(9)],
    ],
)
async def test_one_forbidden_address_refuses_the_lot(answer: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    Resolver(monkeypatch, answer)

    async def never(*_anything: object) -> None:
        pytest.fail("something was dialled")

    monkeypatch.setattr(resolution, "_connect", never)
    policy = NetworkPolicy((ip_network("10.0.0.0/8"),))
    assert await reason_of("cam.example", policy) is Reason.ADDRESS


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "169.254.169.254", "::ffff:127.0.0.1", "8.8.8.8"])
async def test_a_forbidden_literal_is_not_dialled(host: str) -> None:
    assert await reason_of(host, NetworkPolicy((ip_network("10.0.0.0/8"),))) is Reason.ADDRESS


@pytest.mark.parametrize("error", [socket.gaierror(socket.EAI_NONAME, "no"), UnicodeError("label"), OSError("no")])
async def test_a_name_that_does_not_resolve(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    Resolver(monkeypatch, error)
    assert await reason_of("cam.example", LOOPBACK) is Reason.NAME


async def test_a_name_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def hang(_host: str) -> list[str]:
        await asyncio.sleep(60)
        return []

    monkeypatch.setattr(resolution, "lookup", hang)
    assert await reason_of("cam.example", LOOPBACK, bounds=Bounds(name_seconds=0.1)) is Reason.NAME


async def test_the_system_resolves_localhost() -> None:
    async with serving(ScriptedCamera(H264)) as port:
        await read_keyframe(StreamRequest(StreamAddress("rtsp", "localhost", port, "/"), LOOPBACK))


async def test_the_next_address_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    Resolver(monkeypatch, ["127.0.0.3", "127.0.0.1"])
    async with serving(ScriptedCamera(H264)) as port:
        await read_keyframe(StreamRequest(StreamAddress("rtsp", "cam.example", port, "/"), LOOPBACK))


async def test_a_closed_port_refuses() -> None:
    async with serving(ScriptedCamera()) as port:
        pass
    assert await reason_of("127.0.0.1", LOOPBACK, port) is Reason.REFUSED


async def test_no_answer_to_the_connection_is_a_timeout() -> None:
    with socket.socket() as full:  # a backlog that is full drops further connections, as a dead host does
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        port = full.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            assert await reason_of("127.0.0.1", LOOPBACK, port, Bounds(seconds=0.3)) is Reason.TIMEOUT


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.ECONNREFUSED, Reason.REFUSED),
        (errno.ECONNRESET, Reason.REFUSED),
        (errno.EHOSTUNREACH, Reason.NETWORK),
        (errno.ENETUNREACH, Reason.NETWORK),
        (errno.ETIMEDOUT, Reason.TIMEOUT),
        (errno.EMFILE, Reason.OUR_FAULT),
        (errno.ENOBUFS, Reason.OUR_FAULT),
    ],
)
async def test_each_error_of_a_socket_has_its_reason(
    number: int, reason: Reason, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_anything: object) -> None:
        raise OSError(number, "x")

    monkeypatch.setattr(resolution, "_connect", fail)
    assert await reason_of("127.0.0.1", LOOPBACK) is reason
    assert connection_failure(OSError(number, "secret")).detail.find("secret") == -1
