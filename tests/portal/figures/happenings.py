"""What befalls facilities in these tests, written as the portal's own code would write it."""

from datetime import date, datetime

from cameras.enums import Reason, State
from cameras.models import Camera, CameraState, Transition
from facilities.enums import Bound, Direction, ReportKind, Stage
from facilities.models import ComplianceRule, Deadline, Document, Facility, Organisation, ProgressReport


def turn(camera: Camera, state: State, at: datetime, noticed_at: datetime | None = None) -> None:
    """Let the camera's state become true at that moment, as the prober records it."""
    row = CameraState.objects.get(camera=camera)
    reason = {State.OK: Reason.NONE, State.UNKNOWN: Reason.OVERDUE}.get(state, Reason.REFUSED)
    Transition.objects.create(
        camera=camera, before=row.state, state=state, reason=reason, at=at, noticed_at=noticed_at or at
    )
    CameraState.objects.filter(camera=camera).update(state=state, reason=reason, since=at)


def report(
    facility: Facility, stage: Stage, on: date, recorded_at: datetime, *, withdraws: ProgressReport | None = None
) -> ProgressReport:
    """A step reached, or the withdrawal of a report."""
    kind = ReportKind.WITHDRAWAL if withdraws else ReportKind.STEP
    return ProgressReport.objects.create(
        facility=facility,
        kind=kind,
        stage="" if withdraws else stage,
        on=on,
        recorded_at=recorded_at,
        withdraws=withdraws,
    )


def deadline(organisation: Organisation, last_day: date, set_at: datetime) -> Deadline:
    """By when all facilities of the country must be connected."""
    document = Document.objects.create(
        organisation=organisation,
        direction=Direction.ISSUED,
        number="4403",
        symbol="CV-BCĐ",
        written="4403/CV-BCĐ",
        agency="Ban Chỉ đạo Quốc gia",
        subject="Lắp đặt camera",
        issued_on=set_at.date(),
        entered_at=set_at,
    )
    return Deadline.objects.create(
        organisation=organisation,
        document=document,
        milestone=Stage.CONNECTED,
        day=last_day,
        bound=Bound.BY,
        last_day=last_day,
        set_at=set_at,
    )


def rule(organisation: Organisation, code: str, now: datetime, **parameters: object) -> ComplianceRule:
    """A rule in force since 2021."""
    return ComplianceRule.objects.create(
        organisation=organisation,
        code=code,
        source="4403/CV-BCĐ",
        valid_from=date(2021, 5, 30),
        parameters=parameters,
        edited_at=now,
    )
