"""Each fault as a client meets it on the wire."""

import asyncio
import io
import itertools
import socket
import struct
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from cameras.enums import StreamKind
from cameras.simulator.camera import SimulatedCamera
from cameras.simulator.device import Conduct
from cameras.simulator.faults import Fault
from cameras.simulator.fleet import Fleet
from cameras.simulator.nal import _Bits
from tests.cameras.simulator.client import Client, connected

FleetWith = Callable[..., AbstractAsyncContextManager[Fleet]]


@pytest.fixture
def fleet_with(conduct: Conduct) -> FleetWith:
    @asynccontextmanager
    async def of(fault: Fault | None, number: int = 1, **changes: Any) -> AsyncIterator[Fleet]:
        async with Fleet([SimulatedCamera(number, fault=fault)], conduct=replace(conduct, **changes)) as fleet:
            yield fleet

    return of


async def units_of(client: Client, seconds: float) -> Counter[int]:
    """The types of H.264 NAL units in `seconds`, fragments counted once."""
    kinds: Counter[int] = Counter()
    for packet in await client.packets(seconds):
        if packet.channel == 0:
            kind, flags = packet.payload[0] & 0x1F, packet.payload[1]
            if kind != 28:
                kinds[kind] += 1
            elif flags & 0x80:
                kinds[flags & 0x1F] += 1
    return kinds


async def picture(fleet: Fleet, number: int = 1) -> NDArray[np.float64]:
    """The main stream's luma."""
    image = Image.open(io.BytesIO(await fleet.device(number).jpeg()))
    return np.asarray(image.convert("L"), np.float64)


async def test_without_fault_media_begin_amid_a_group_and_keyframes_come_with_their_sets(fleet_with: FleetWith) -> None:
    async with fleet_with(None) as fleet, connected(fleet, 1) as client:
        play = await client.play()
        received = await client.packets(2.6)
        media = [packet for packet in received if packet.channel == 0]
        sequences = [packet.sequence for packet in media]
        assert f"seq={sequences[0]};rtptime={media[0].timestamp}" in play.headers["RTP-Info"]
        assert sequences == [(sequences[0] + index) & 0xFFFF for index in range(len(sequences))]
        kinds = [packet.payload[0] & 0x1F for packet in media]
        assert 7 in kinds
        assert kinds[kinds.index(7) + 1] == 8
        assert {after.timestamp - before.timestamp for before, after in itertools.pairwise(media)} <= {
            0,
            6000,
        }


async def test_with_start_keyframe_the_first_packet_is_a_parameter_set(fleet_with: FleetWith) -> None:
    async with fleet_with(None, start="keyframe") as fleet, connected(fleet, 1) as client:
        await client.play()
        packet = await client.packet()
        while packet.channel != 0:
            packet = await client.packet()
        assert packet.payload[0] & 0x1F == 7


async def test_the_sender_report_tells_the_true_time_of_its_timestamp(fleet_with: FleetWith) -> None:
    async with fleet_with(None) as fleet, connected(fleet, 1) as client:
        await client.play()
        report, media = await client.packet(), await client.packet()
        seconds, fraction, timestamp = struct.unpack("!III", report.data[8:20])
        assert abs(seconds - 2_208_988_800 + fraction / 2**32 - time.time()) < 5
        assert timestamp == media.timestamp


async def test_drift_moves_the_sender_report(fleet_with: FleetWith) -> None:
    async with fleet_with(Fault.DRIFT, drift_seconds=600) as fleet, connected(fleet, 1) as client:
        await client.play()
        report = await client.packet()
        seconds = struct.unpack("!I", report.data[8:12])[0] - 2_208_988_800
        assert 595 < seconds - time.time() < 605
        assert fleet.device(1).recipe(StreamKind.MAIN).shown_moment(1000) == 1600


@pytest.mark.parametrize("fault", [Fault.DIE, Fault.REFUSE])
async def test_closed_listeners_refuse(fleet_with: FleetWith, fault: Fault) -> None:
    async with fleet_with(fault) as fleet:
        with pytest.raises(ConnectionRefusedError):
            async with connected(fleet, 1):
                pass
        await fleet.set_fault(1, None)
        async with connected(fleet, 1) as client:
            assert (await client.ask("OPTIONS")).status == 200


async def test_die_cuts_a_running_stream_and_refuse_leaves_it(fleet_with: FleetWith) -> None:
    async with fleet_with(None) as fleet, connected(fleet, 1) as client:
        await client.play()
        await fleet.set_fault(1, Fault.REFUSE)
        assert len(await client.packets(0.5)) > 2
        await fleet.set_fault(1, Fault.DIE)
        with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
            await client.packets(5)


async def test_hang_accepts_and_never_answers(fleet_with: FleetWith) -> None:
    async with fleet_with(Fault.HANG) as fleet, connected(fleet, 1) as client:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(client.ask("OPTIONS"), 0.5)


async def test_password_rejects_the_right_password(fleet_with: FleetWith) -> None:
    async with fleet_with(Fault.PASSWORD) as fleet, connected(fleet, 1) as client:
        assert [(await client.ask("DESCRIBE")).status for _ in range(5)] == [401] * 5


async def test_lockout_counts_wrong_logins_then_locks_for_a_while(fleet_with: FleetWith) -> None:
    async with fleet_with(Fault.LOCKOUT, lockout_seconds=0.5) as fleet, connected(fleet, 1) as client:
        # The first answer is the challenge: no login was tried yet.
        statuses = [(await client.raw("DESCRIBE", client.url)).status]
        client.challenge = 'realm="IP Camera", nonce="0"'
        statuses += [(await client.ask("DESCRIBE")).status for _ in range(5)]
        assert statuses == [401, 401, 401, 401, 403, 403]
        await asyncio.sleep(0.6)
        assert (await client.ask("DESCRIBE")).status == 401


async def test_too_many_sessions_is_said_in_either_place(fleet_with: FleetWith) -> None:
    async with fleet_with(Fault.SESSIONS, number=1) as fleet, connected(fleet, 1) as client:
        assert (await client.ask("DESCRIBE")).status == 200
        assert (await client.ask("SETUP", Transport="RTP/AVP/TCP;unicast;interleaved=0-1")).status == 453
    async with fleet_with(Fault.SESSIONS, number=2) as fleet, connected(fleet, 2) as client:
        assert (await client.ask("DESCRIBE")).status == 503


async def test_nostream_and_unknown_paths_are_not_found(fleet_with: FleetWith) -> None:
    async with fleet_with(Fault.NOSTREAM) as fleet, connected(fleet, 1) as client:
        assert (await client.ask("DESCRIBE")).status == 404
    async with fleet_with(None) as fleet, connected(fleet, 1, "/other") as client:
        assert (await client.ask("DESCRIBE")).status == 404


async def test_udp_is_refused_and_play_needs_a_session(fleet_with: FleetWith) -> None:
    async with fleet_with(None) as fleet, connected(fleet, 1) as client:
        assert (await client.ask("SETUP", Transport="RTP/AVP;unicast;client_port=4000-4001")).status == 461
        assert (await client.ask("PLAY")).status == 454
        assert (await client.ask("RECORD")).status == 405


async def test_silent_plays_and_sends_nothing(fleet_with: FleetWith) -> None:
    async with fleet_with(Fault.SILENT) as fleet, connected(fleet, 1) as client:
        await client.play()
        assert await client.packets(1) == []


async def test_stall_never_sends_a_keyframe(fleet_with: FleetWith) -> None:
    async with fleet_with(Fault.STALL) as fleet, connected(fleet, 1) as client:
        await client.play()
        kinds = await units_of(client, 2.6)
        assert set(kinds) == {1}
        assert kinds[1] > 20


async def test_freeze_shows_the_same_pixels_while_a_healthy_camera_changes(fleet_with: FleetWith) -> None:
    async with fleet_with(Fault.FREEZE) as fleet:
        frozen = await picture(fleet)
        await asyncio.sleep(1.1)
        assert np.array_equal(frozen, await picture(fleet))
        await fleet.set_fault(1, None)
        healthy = await picture(fleet)
        await asyncio.sleep(1.1)
        assert not np.array_equal(healthy, await picture(fleet))


async def test_black_and_covered_and_jump_look_like_it(fleet_with: FleetWith) -> None:
    async with fleet_with(None) as fleet:
        plain = await picture(fleet)
        await fleet.set_fault(1, Fault.BLACK)
        black = await picture(fleet)
        await fleet.set_fault(1, Fault.COVERED)
        covered = await picture(fleet)
        await fleet.set_fault(1, Fault.JUMP)
        jumped = await picture(fleet)
    assert plain.mean() > 80
    assert np.median(black) < 5
    assert 80 < covered.mean() < 160
    inside = np.s_[60:-60]
    assert covered[inside].std() < 12 < plain[inside].std()
    assert np.abs(jumped - plain).mean() > 20


def size_of(sps: bytes) -> tuple[int, int]:
    """Width and height in macroblocks' pixels, of an H.264 baseline SPS."""
    bits = _Bits(sps[4:].replace(b"\0\0\3", b"\0\0"))
    bits.skip_golombs(4)  # id, log2_max_frame_num, picture order type 2, reference frames
    bits.position += 1
    return (bits.golomb() + 1) * 16, (bits.golomb() + 1) * 16


async def test_huge_announces_16384_pixels_and_uhd_4k_in_the_main_stream_only(fleet_with: FleetWith) -> None:
    sizes = []
    for fault in (Fault.HUGE, Fault.UHD, None):
        async with fleet_with(fault) as fleet:
            for kind in StreamKind:
                description = await fleet.device(1).feed(kind).description()
                sizes.append(size_of(description.parameter_sets[0]))
    assert sizes == [(16384, 16384), (16384, 16384), (3840, 2160), (640, 368), (1280, 720), (640, 368)]


async def test_huge_announces_it_in_the_stream_too(fleet_with: FleetWith) -> None:
    async with fleet_with(Fault.HUGE, start="keyframe") as fleet, connected(fleet, 1) as client:
        await client.play()
        while (packet := await client.packet()).channel != 0:
            pass
        assert size_of(packet.payload) == (16384, 16384)


async def test_rubbish_keeps_rtp_headers_and_loses_everything_else(fleet_with: FleetWith) -> None:
    async with fleet_with(Fault.RUBBISH) as fleet, connected(fleet, 1) as client:
        await client.play()
        media = [packet for packet in await client.packets(1.5) if packet.channel == 0]
        assert {packet.data[0] for packet in media} == {0x80}
        assert len({packet.payload[0] for packet in media}) > 5


async def test_rubbish_tcp_is_no_protocol(fleet_with: FleetWith) -> None:
    async with fleet_with(Fault.RUBBISH_TCP) as fleet, connected(fleet, 1) as client:
        client.writer.write(b"OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n")
        data = await client.reader.readexactly(8192)
        assert not data.startswith(b"RTSP")
        assert len(set(data)) == 256


async def test_html_answers_a_page_and_closes(fleet_with: FleetWith) -> None:
    async with fleet_with(Fault.HTML) as fleet, connected(fleet, 1) as client:
        client.writer.write(b"OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n")
        answer = await client.reader.read()
        assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
        assert answer.endswith(b"</html>")


async def test_drip_comes_byte_by_byte(fleet_with: FleetWith) -> None:
    async with fleet_with(Fault.DRIP) as fleet, connected(fleet, 1) as client:
        client.writer.write(b"OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n")
        assert await client.reader.read(100) == b"R"
        assert await client.reader.read(100) == b"T"


async def test_redirect_leads_out_of_the_fleet(fleet_with: FleetWith) -> None:
    async with fleet_with(Fault.REDIRECT) as fleet, connected(fleet, 1) as client:
        reply = await client.raw("DESCRIBE", client.url)
        assert reply.status == 302
        assert reply.headers["Location"] == f"rtsp://127.78.0.1:{fleet.conduct.rtsp_port}/main"


async def test_a_client_that_does_not_read_is_dropped(fleet_with: FleetWith, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cameras.simulator.rtsp._MOST_BACKLOG", 10_000)
    async with fleet_with(Fault.UHD) as fleet, connected(fleet, 1) as client:
        await client.play()
        transport = client.writer.transport
        assert isinstance(transport, asyncio.Transport)
        transport.pause_reading()
        # The kernel would hold megabytes for either side; now it holds little.
        client.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        for writer in fleet.device(1).connections:
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        async with asyncio.timeout(30):
            while fleet.device(1).playing:  # noqa: ASYNC110 - the camera has no event for tests to wait on
                await asyncio.sleep(0.1)


def test_every_fault_says_what_it_means() -> None:
    assert all(len(fault.meaning) > 10 for fault in Fault)
    with pytest.raises(ValueError, match="die, refuse"):
        Fault.parse("explode")
    assert Fault.parse("Rubbish-TCP") is Fault.RUBBISH_TCP
