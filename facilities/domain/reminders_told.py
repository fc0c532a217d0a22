"""Rounds of reminders as they are read: who has seen them, and what followed, which is derived and never stored."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from facilities.domain.reminding import may_answer
from facilities.enums import Permission, ReportKind, Sink, SinkSays, Stage
from facilities.models import Facility, ProgressReport, Reminder, Reminding, SinkReport, User

# How many rounds a list reaches back.
ROUNDS_LISTED = 1000
# What the facility says of its connections; the rest is the sink's, and no answer to a reminder.
_ITS_OWN = (SinkSays.CLAIMED, SinkSays.LOST)


@dataclass(frozen=True, slots=True)
class Followed:
    """The facility's first report after a reminder: what it says, when, and after how long."""

    what: str
    at: datetime
    delay: timedelta


@dataclass(frozen=True, slots=True)
class ReminderLine:
    """A reminder as one facility got it."""

    pk: int
    facility: Facility
    seen_at: datetime | None
    seen_by: User | None
    followed: Followed | None

    @property
    def name(self) -> str:
        return str(self.facility)

    @property
    def delay(self) -> timedelta | None:
        """After how long something followed."""
        return self.followed.delay if self.followed else None


@dataclass(frozen=True, slots=True)
class RoundLine:
    """A round with its counts, of those facilities that the reader reaches."""

    reminding: Reminding
    count: int = 0
    seen: int = 0
    followed: int = 0

    @property
    def sent_at(self) -> datetime:
        return self.reminding.sent_at

    @property
    def body(self) -> str:
        return str(self.reminding.organisation)

    @property
    def unseen(self) -> int:
        return self.count - self.seen

    @property
    def silent(self) -> int:
        return self.count - self.followed


def rounds(reader: User, *, by_rule: bool | None = None) -> list[RoundLine]:
    """The newest rounds sent in the name of bodies that `reader` reaches. Two queries."""
    rows = Reminding.objects.visible_to(reader, Permission.VIEW_FIGURES).select_related("organisation", "rule")
    if by_rule is not None:
        rows = rows.filter(rule__isnull=not by_rule)
    found = list(rows[:ROUNDS_LISTED])
    counted: dict[int, tuple[int, int, int]] = {}
    reminders = Reminder.objects.visible_to(reader, Permission.VIEW_FIGURES).filter(reminding__in=found)
    counts = (
        reminders.alias(answered=Exists(_reports()) | Exists(_connections()))
        .order_by()
        .values("reminding")
        .annotate(count=Count("pk"), seen=Count("seen_at"), followed=Count("pk", filter=Q(answered=True)))
    )
    for row in counts:
        counted[row["reminding"]] = (row["count"], row["seen"], row["followed"])
    return [RoundLine(each, *counted.get(each.pk, (0, 0, 0))) for each in found]


def lines(reminding: Reminding, reader: User) -> list[ReminderLine]:
    """Whom the round reached, of those that `reader` reaches, by name; one query."""
    rows = Reminder.objects.visible_to(reader, Permission.VIEW_FIGURES).filter(reminding=reminding)
    return [_line(each) for each in with_what_followed(rows).order_by("facility__organisation__name", "pk")]


def reminders_of(facility: Facility) -> list[tuple[Reminder, ReminderLine]]:
    """All reminders that the facility got, the unseen first, then the newest."""
    rows = with_what_followed(Reminder.objects.filter(facility=facility))
    found = rows.select_related("reminding__organisation").order_by("-reminding__sent_at", "-pk")
    return [(each, _line(each)) for each in sorted(found, key=lambda each: each.seen_at is not None)]


def unseen_reminders(facility: Facility, reader: User, now: datetime) -> dict[str, Any]:
    """What facilities/reminders_unseen.html needs beside the facility: empty but for those who may mark them as seen.

    The bodies that sent them are named on the facility's page of reminders alone. Three queries at most.
    """
    rows = Reminder.objects.filter(facility=facility, seen_at=None).select_related("reminding")
    found = list(rows)
    return {"unseen_reminders": found if found and may_answer(reader, facility, now) else []}


def with_what_followed(rows: QuerySet[Reminder]) -> QuerySet[Reminder]:
    """With the first report after each, and what it says; see `_line`."""
    report, connection = _reports(), _connections()
    return rows.select_related("reminding", "facility__organisation", "seen_by").annotate(
        report_at=Subquery(report.values("recorded_at")[:1]),
        report_kind=Subquery(report.values("kind")[:1]),
        report_stage=Subquery(report.values("stage")[:1]),
        sink_at=Subquery(connection.values("recorded_at")[:1]),
        sink=Subquery(connection.values("sink")[:1]),
        sink_says=Subquery(connection.values("says")[:1]),
    )


def _reports() -> QuerySet[ProgressReport]:
    return ProgressReport.objects.filter(**_after()).order_by("recorded_at", "pk")


def _connections() -> QuerySet[SinkReport]:
    return SinkReport.objects.filter(**_after(), says__in=_ITS_OWN).order_by("recorded_at", "pk")


def _after() -> dict[str, OuterRef]:
    return {"facility": OuterRef("facility"), "recorded_at__gt": OuterRef("reminding__sent_at")}


def _line(row: Any) -> ReminderLine:  # noqa: ANN401 - a reminder with what was annotated
    return ReminderLine(row.pk, row.facility, row.seen_at, row.seen_by, _followed(row))


def _followed(row: Any) -> Followed | None:  # noqa: ANN401 - as above
    said: list[tuple[datetime, str]] = []
    if row.report_at is not None:
        what = Stage(row.report_stage).label if row.report_stage else ReportKind(row.report_kind).label
        said.append((row.report_at, str(what)))
    if row.sink_at is not None:
        said.append((row.sink_at, f"{SinkSays(row.sink_says).label} · {Sink(row.sink).label}"))
    if not said:
        return None
    at, words = min(said, key=lambda each: each[0])
    return Followed(words, at, at - row.reminding.sent_at)
