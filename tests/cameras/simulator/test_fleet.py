import asyncio
import os
import signal
import socket
import sys
from dataclasses import replace

import psutil
import pytest

from cameras.simulator.camera import SimulatedCamera
from cameras.simulator.control import cameras, tell
from cameras.simulator.device import Conduct
from cameras.simulator.faults import Fault
from cameras.simulator.fleet import Fleet
from cameras.simulator.running import running_fleet
from tests.cameras.simulator.client import connected, ran
from tests.cameras.simulator.conftest import vacant_port


async def test_a_thousand_cameras_start_and_a_sample_of_them_plays(conduct: Conduct) -> None:
    async def played(fleet: Fleet, number: int) -> bool:
        async with connected(fleet, number, "/sub") as client:
            await client.play()
            async with asyncio.timeout(30):
                packets = [await client.packet() for _ in range(6)]
            return sum(packet.channel == 0 for packet in packets) >= 5

    async with Fleet([SimulatedCamera(number) for number in range(1, 1001)], conduct=conduct) as fleet:
        sample = [1, 250, 255, 256, 257, 500, 777, 1000]
        assert await asyncio.gather(*(played(fleet, number) for number in sample)) == [True] * len(sample)
        async with asyncio.timeout(10):
            while any(device.playing for device in fleet.devices.values()):  # noqa: ASYNC110 - no event for tests to wait on
                await asyncio.sleep(0.05)


async def test_cameras_of_one_scene_share_the_bytes(conduct: Conduct) -> None:
    async with Fleet([SimulatedCamera(1), SimulatedCamera(9)], conduct=conduct) as fleet:
        async with connected(fleet, 1) as first, connected(fleet, 9) as second:
            await first.play()
            await second.play()
            async with asyncio.timeout(30):
                one = [await first.packet() for _ in range(60)]
                two = [await second.packet() for _ in range(10)]
        media = [[packet.data for packet in packets if packet.channel == 0] for packets in (one, two)]
        assert len(media[1]) > 5
        start = media[0].index(media[1][0])
        assert media[0][start : start + 5] == media[1][:5]


async def test_the_encoder_rests_when_nobody_watches(conduct: Conduct) -> None:
    async with Fleet([SimulatedCamera(1)], conduct=replace(conduct, linger=0.1)) as fleet:
        async with connected(fleet, 1) as client:
            await client.play()
            assert len(fleet.watched_scenes()) == 1
        async with asyncio.timeout(20):
            while fleet.watched_scenes():  # noqa: ASYNC110 - no event for tests to wait on
                await asyncio.sleep(0.05)


async def test_a_taken_port_is_named_with_advice(conduct: Conduct) -> None:
    async with Fleet([SimulatedCamera(1)], conduct=conduct):
        with pytest.raises(OSError, match=rf"127\.77\.0\.1:{conduct.rtsp_port}: another fleet is running"):
            async with Fleet([SimulatedCamera(2), SimulatedCamera(1)], conduct=conduct):
                pass
        # The cameras that had begun to listen were stopped again.
        async with Fleet([SimulatedCamera(2)], conduct=conduct) as fleet, connected(fleet, 2) as client:
            assert (await client.ask("OPTIONS")).status == 200


def test_too_few_files_are_named_with_advice() -> None:
    ports = [f"--port={vacant_port()}", f"--http-port={vacant_port()}", f"--control-port={vacant_port()}"]
    few = ["prlimit", "--nofile=100:100", sys.executable, "-m", "cameras.simulator", "--cameras=100"]
    started = ran(*few, *ports)
    assert started.returncode == 1
    assert "too many open files: raise `ulimit -n` (each camera takes 2), or run fewer cameras" in started.stderr


def test_the_inventory_and_the_telling_of_a_running_fleet(fleet_process: int, ports: tuple[int, int, int]) -> None:
    assert fleet_process
    rtsp, http, control = ports
    inventory = {camera["number"]: camera for camera in cameras(control)}
    assert len(inventory) == 11
    assert inventory[9] == {
        "number": 9,
        "main": f"rtsp://127.77.0.9:{rtsp}/main",
        "sub": f"rtsp://127.77.0.9:{rtsp}/sub",
        "snapshot": f"http://127.77.0.9:{http}/snapshot.jpg",
        "mjpeg": f"http://127.77.0.9:{http}/mjpeg",
        "scene": "corridor",
        "authentication": "basic",
        "username": "viewer",
        "fault": None,
        "clients": 0,
    }
    tell(8, Fault.DIE, control)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.77.0.8", rtsp), 5)
    assert [camera["fault"] for camera in cameras(control) if camera["number"] in {8, 11}] == ["die", "h265"]
    tell(8, None, control)
    socket.create_connection(("127.77.0.8", rtsp), 5).close()
    with pytest.raises(ValueError, match=r"There is no camera 12 in this fleet \(1 to 11\)"):
        tell(12, Fault.DIE, control)
    with pytest.raises(ValueError, match="No fleet answers"):
        tell(1, Fault.DIE, vacant_port())


def test_the_management_command_tells_and_says_what_is_wrong(fleet_process: int, ports: tuple[int, int, int]) -> None:
    assert fleet_process
    command = [sys.executable, "manage.py", "simulate", f"--control-port={ports[2]}"]
    assert ran(*command, "--tell", "7=hang").stdout == "Camera 7: hang\n"
    assert ran(*command, "--tell", "7=none").stdout == "Camera 7: no fault\n"
    assert next(camera["fault"] for camera in cameras(ports[2]) if camera["number"] == 7) is None
    busy = ran(*command, "--cameras=1", f"--port={ports[0]}", f"--http-port={ports[1]}")
    assert busy.returncode == 1
    assert "another fleet is running: stop it, or choose another port" in busy.stderr


def test_a_fleet_in_its_own_process_stops_on_sigterm_and_reports_why_it_cannot_start() -> None:
    ports = [f"--port={vacant_port()}", f"--http-port={vacant_port()}", f"--control-port={vacant_port()}"]
    with running_fleet("--cameras=2", *ports) as pid:
        os.kill(pid, signal.SIGTERM)
        assert psutil.Process(pid).wait(20) == 0
    with pytest.raises(RuntimeError, match="from 1 to 65534"), running_fleet("--cameras=0"):
        pass
