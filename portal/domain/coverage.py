"""What a facility's zones are covered by, and the one thing that its officer should do next. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from cameras.enums import Reason, State
from cameras.models import Camera
from facilities.enums import Requirement, Stage
from facilities.models import Zone


class Verdict(StrEnum):
    """How a zone stands against rules R1 and R2."""

    VERIFIED = "verified"
    REGISTERED = "registered"
    MISSING = "missing"
    FREE = "free"
    FORBIDDEN = "forbidden"
    CLEAR = "clear"


@dataclass(frozen=True, slots=True)
class CoveredZone:
    """A zone with its cameras. Only a camera whose picture was decoded covers it."""

    zone: Zone
    cameras: Sequence[Camera]

    @property
    def verdict(self) -> Verdict:
        """Required: verified, registered or missing; optional: free where empty; forbidden: clear where empty."""
        if self.zone.requirement is Requirement.FORBIDDEN:
            return Verdict.FORBIDDEN if self.cameras else Verdict.CLEAR
        if any(camera.state.state == State.OK for camera in self.cameras):
            return Verdict.VERIFIED
        if self.cameras:
            return Verdict.REGISTERED
        return Verdict.MISSING if self.zone.requirement is Requirement.REQUIRED else Verdict.FREE


class Task(StrEnum):
    """What may have to be done, most pressing first."""

    TAKE_DOWN = "take_down"
    MEND_ACCOUNT = "mend_account"
    REGISTER = "register"
    MEND_CAMERA = "mend_camera"
    ENTER_ZONES = "enter_zones"
    WAIT = "wait"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class NextStep:
    """One thing to do, about one zone or one camera, and how many more like it there are."""

    task: Task
    zone: Zone | None = None
    camera: Camera | None = None
    others: int = 0


_CREDENTIALS = (Reason.AUTHENTICATION, Reason.LOCKED_OUT)


def next_step(zones: Sequence[CoveredZone]) -> NextStep:
    """The most pressing thing to do in these zones, which are all that the facility has."""
    if not zones:
        return NextStep(Task.ENTER_ZONES)
    forbidden = [camera for covered in zones if covered.verdict is Verdict.FORBIDDEN for camera in covered.cameras]
    permitted = [camera for covered in zones if covered.verdict is not Verdict.FORBIDDEN for camera in covered.cameras]
    missing = [covered.zone for covered in zones if covered.verdict is Verdict.MISSING]
    locked = [camera for camera in permitted if camera.state.reason in _CREDENTIALS]
    broken = [camera for camera in permitted if camera.state.state in (State.DOWN, State.IMPAIRED)]
    unseen = [camera for camera in permitted if camera.state.state == State.UNKNOWN]
    for task, cameras in ((Task.TAKE_DOWN, forbidden), (Task.MEND_ACCOUNT, locked)):
        if cameras:
            return _about(task, cameras)
    if missing:
        return NextStep(Task.REGISTER, zone=missing[0], others=len(missing) - 1)
    for task, cameras in ((Task.MEND_CAMERA, broken), (Task.WAIT, unseen)):
        if cameras:
            return _about(task, cameras)
    return NextStep(Task.NOTHING)


def before_reports(step: NextStep, stage: Stage) -> bool:
    """Whether it is more pressing than the next report of the rollout: at once, or once cameras are being installed."""
    if step.task in (Task.TAKE_DOWN, Task.MEND_ACCOUNT):
        return True
    return stage.order >= Stage.INSTALLING.order and step.task in (Task.REGISTER, Task.MEND_CAMERA)


def required_covered(zones: Iterable[CoveredZone]) -> tuple[int, int]:
    """How many of the required zones are verified, and how many required zones there are."""
    required = [covered for covered in zones if covered.zone.requirement is Requirement.REQUIRED]
    return sum(covered.verdict is Verdict.VERIFIED for covered in required), len(required)


def _about(task: Task, cameras: Sequence[Camera]) -> NextStep:
    return NextStep(task, zone=cameras[0].zone, camera=cameras[0], others=len(cameras) - 1)
