"""Which stream a camera serves: the part of its state that cameras of one scene share."""

from dataclasses import dataclass

from cameras.enums import Codec, StreamKind
from cameras.simulator.canvas import Canvas, View
from cameras.simulator.faults import Fault
from cameras.simulator.scenes import Scene

FPS = 15
GOP_SECONDS = 2
_SIZES = {StreamKind.MAIN: (1280, 720), StreamKind.SUB: (640, 360)}
_UHD = (3840, 2160)
_VIEWS = {Fault.BLACK: View.BLACK, Fault.COVERED: View.COVERED, Fault.JUMP: View.JUMPED}


@dataclass(frozen=True, slots=True)
class Recipe:
    """Cameras with equal recipes share one encoder and its bytes."""

    canvas: Canvas
    codec: Codec = Codec.H264
    fps: int = FPS
    clock_offset: float = 0.0
    """Seconds that the camera's clock is ahead of the truth."""
    frozen_at: float | None = None
    """The moment (Unix seconds) that is shown for ever."""
    keyframes: bool = True
    huge: bool = False

    def shown_moment(self, now: float) -> float:
        """What the burnt-in clock shows at `now`."""
        return self.frozen_at if self.frozen_at is not None else now + self.clock_offset


def recipe(scene: Scene, kind: StreamKind, fault: Fault | None, *, since: float, drift_seconds: float) -> Recipe:
    """What a camera at `scene` serves under `fault`, which began at `since` (Unix seconds)."""
    width, height = _SIZES[kind]
    if fault is Fault.UHD and kind is StreamKind.MAIN:
        width, height = _UHD
    return Recipe(
        Canvas(scene, _VIEWS.get(fault, View.PLAIN) if fault else View.PLAIN, width, height),
        codec=Codec.H265 if fault is Fault.H265 else Codec.H264,
        clock_offset=drift_seconds if fault is Fault.DRIFT else 0.0,
        frozen_at=since if fault is Fault.FREEZE else None,
        keyframes=fault is not Fault.STALL,
        huge=fault is Fault.HUGE,
    )
