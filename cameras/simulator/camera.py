"""A simulated camera as its owner describes it, and the address that its number gives it."""

from dataclasses import dataclass, field
from ipaddress import IPv4Address

from cameras.simulator.authentication import Scheme
from cameras.simulator.faults import Fault
from cameras.simulator.scenes import SCENES, Scene, scene_named

MOST_CAMERAS = 65_534
"""As many as 127.77.0.0/16 has host addresses."""
_NETWORK = int(IPv4Address("127.77.0.0"))
USERNAME = "viewer"
PASSWORD = "xem-camera-2021"  # noqa: S105 - of cameras that do not exist, on this machine's loopback alone


def camera_address(number: int) -> str:
    """The loopback address of camera `number`: 127.77.0.1 for 1, 127.77.1.0 for 256.

    Raises ValueError outside 1..65534.
    """
    if not 1 <= number <= MOST_CAMERAS:
        raise ValueError(f"There is no camera {number}: numbers go from 1 to {MOST_CAMERAS}.")
    return str(IPv4Address(_NETWORK + number))


@dataclass(frozen=True, slots=True)
class SimulatedCamera:
    """One camera. Without `scene` (a scene's name) it looks at the one that its number gives it."""

    number: int
    scene: str | None = None
    fault: Fault | None = None
    scheme: Scheme = Scheme.DIGEST
    username: str = USERNAME
    password: str = field(default=PASSWORD, repr=False)

    @property
    def address(self) -> str:
        return camera_address(self.number)

    @property
    def view(self) -> Scene:
        """The scene it looks at. Raises ValueError if there is none of its name."""
        if self.scene is not None:
            return scene_named(self.scene)
        return SCENES[(self.number - 1) % len(SCENES)]
