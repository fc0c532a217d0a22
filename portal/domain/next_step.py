"""What a facility still owes, the most pressing first: of its reports, its zones and cameras, its contact. Pure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from cameras.enums import Reason, State
from cameras.models import Camera
from facilities.domain.rollout_standing import RolloutStanding
from facilities.enums import Stage
from facilities.models import Zone
from portal.domain.coverage import CoveredZone, Verdict


class Task(StrEnum):
    """What may have to be done."""

    TAKE_DOWN = "take_down"
    MEND_ACCOUNT = "mend_account"
    RESUME = "resume"
    REPORT = "report"
    ENTER_ZONES = "enter_zones"
    REGISTER = "register"
    MEND_CAMERA = "mend_camera"
    NAME_CONTACT = "name_contact"
    WAIT = "wait"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class NextStep:
    """One thing to do, about one zone, camera or stage, and how many more like it there are."""

    task: Task
    zone: Zone | None = None
    camera: Camera | None = None
    stage: Stage | None = None
    others: int = 0


_CREDENTIALS = (Reason.AUTHENTICATION, Reason.LOCKED_OUT)


def owed(
    *, zones: Sequence[CoveredZone], rollout: RolloutStanding, has_contact: bool, may_register: bool, may_report: bool
) -> tuple[NextStep, ...]:
    """What this person may do about the facility, in the order in which it should be done; never nothing at all.

    `zones` are all that it has. What endangers people's privacy or locks an account comes before everything. Reports
    come before cameras until installing has begun, and after them from then on: one accepts what works.
    """
    found: list[NextStep] = []
    if may_register:
        found += _at_once(zones)
    reports = _reports(rollout) if may_report else ()
    cameras = list(_cameras(zones)) if may_register and not rollout.closed else []
    if not zones and may_register and not any(step.stage is Stage.SURVEYED for step in reports):
        cameras = [NextStep(Task.ENTER_ZONES)]
    installing = rollout.stage.order >= Stage.INSTALLING.order
    found += [*cameras, *reports] if installing else [*reports, *cameras]
    if may_report and not has_contact and not rollout.closed:
        found.append(NextStep(Task.NAME_CONTACT))
    if found:
        return tuple(found)
    unseen = _permitted(zones, lambda camera: camera.state.state == State.UNKNOWN)
    return (_about(Task.WAIT, unseen) if unseen and may_register else NextStep(Task.NOTHING),)


def _at_once(zones: Sequence[CoveredZone]) -> Iterator[NextStep]:
    forbidden = [camera for covered in zones if covered.verdict is Verdict.FORBIDDEN for camera in covered.cameras]
    locked = _permitted(zones, lambda camera: camera.state.reason in _CREDENTIALS)
    for task, cameras in ((Task.TAKE_DOWN, forbidden), (Task.MEND_ACCOUNT, locked)):
        if cameras:
            yield _about(task, cameras)


def _reports(rollout: RolloutStanding) -> tuple[NextStep, ...]:
    if rollout.paused and not rollout.closed:
        return (NextStep(Task.RESUME),)
    return tuple(NextStep(Task.REPORT, stage=stage) for stage in rollout.next_steps[:1])


def _cameras(zones: Sequence[CoveredZone]) -> Iterator[NextStep]:
    missing = [covered.zone for covered in zones if covered.verdict is Verdict.MISSING]
    broken = _permitted(
        zones,
        lambda camera: camera.state.state in (State.DOWN, State.IMPAIRED) and camera.state.reason not in _CREDENTIALS,
    )
    if missing:
        yield NextStep(Task.REGISTER, zone=missing[0], others=len(missing) - 1)
    if broken:
        yield _about(Task.MEND_CAMERA, broken)


def _permitted(zones: Sequence[CoveredZone], wanted: Callable[[Camera], bool]) -> list[Camera]:
    return [
        camera
        for covered in zones
        if covered.verdict is not Verdict.FORBIDDEN
        for camera in covered.cameras
        if wanted(camera)
    ]


def _about(task: Task, cameras: Sequence[Camera]) -> NextStep:
    return NextStep(task, zone=cameras[0].zone, camera=cameras[0], others=len(cameras) - 1)
