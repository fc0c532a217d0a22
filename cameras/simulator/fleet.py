"""Many cameras in one process and one event loop."""

import asyncio
import resource
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from cameras.simulator.camera import SimulatedCamera
from cameras.simulator.device import Conduct, Device
from cameras.simulator.faults import Fault
from cameras.simulator.footage import Footage
from cameras.simulator.recipe import Recipe
from cameras.simulator.studio import Studio

_SPARE_FILES = 2000
"""Open files for clients and everything else, beside two listeners per camera."""


class Fleet:
    """Runs cameras between `async with` and its end.

    Raises ValueError for cameras that share a number, for an unknown scene, and for a clip that cannot be
    read; OSError, on entering, for an address that is taken or too few files.
    """

    def __init__(
        self, cameras: Iterable[SimulatedCamera], *, conduct: Conduct | None = None, clip: Path | None = None
    ) -> None:
        self.conduct = conduct or Conduct()
        self._studio = Studio(linger=self.conduct.linger, footage=Footage(clip) if clip else None)
        self.devices: dict[int, Device] = {}
        for camera in cameras:
            if camera.number in self.devices:
                raise ValueError(f"Camera {camera.number} is there twice: give each its own number.")
            _ = camera.address, camera.view
            self.devices[camera.number] = Device(camera, self.conduct, self._studio)

    async def __aenter__(self) -> Self:
        allow_open_files(2 * len(self.devices) + _SPARE_FILES)
        try:
            for device in self.devices.values():
                await device.start()
        except OSError:
            await self._stop()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stop()

    async def _stop(self) -> None:
        for device in self.devices.values():
            device.stop()
        await asyncio.sleep(0)  # lets the connections' handlers see their end
        await self._studio.aclose()

    def device(self, number: int) -> Device:
        """The running camera of this number. Raises ValueError that says which there are."""
        try:
            return self.devices[number]
        except KeyError:
            first, last = min(self.devices), max(self.devices)
            raise ValueError(f"There is no camera {number} in this fleet ({first} to {last}).") from None

    async def set_fault(self, number: int, fault: Fault | None) -> None:
        """Begins a fault of one camera, or ends it with None. Raises ValueError for an unknown number."""
        await self.device(number).set_fault(fault)

    def rtsp_url(self, number: int, path: str = "/main") -> str:
        """Where the camera's stream is, without its password."""
        return f"rtsp://{self.device(number).camera.address}:{self.conduct.rtsp_port}{path}"

    def http_url(self, number: int, path: str = "/snapshot.jpg") -> str:
        """Where the camera's pictures are, without its password."""
        return f"http://{self.device(number).camera.address}:{self.conduct.http_port}{path}"

    def watched_scenes(self) -> list[Recipe]:
        """What is being encoded at this moment."""
        return self._studio.running()

    def inventory(self) -> list[dict[str, str | int | None]]:
        """One plain record per camera: where it is, what it shows, what is wrong with it, who watches."""
        with_http = bool(self.conduct.http_port)
        return [
            {
                "number": number,
                "main": self.rtsp_url(number, "/main"),
                "sub": self.rtsp_url(number, "/sub"),
                "snapshot": self.http_url(number, "/snapshot.jpg") if with_http else None,
                "mjpeg": self.http_url(number, "/mjpeg") if with_http else None,
                "scene": device.camera.view.name,
                "authentication": device.camera.scheme.value,
                "username": device.camera.username,
                "fault": device.fault.value if device.fault else None,
                "clients": device.playing,
            }
            for number, device in self.devices.items()
        ]


def allow_open_files(wanted: int) -> None:
    """Raises the soft limit of open files as far as `wanted` and the hard limit permit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        reachable = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, reachable), hard))
