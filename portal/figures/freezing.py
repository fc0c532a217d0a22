"""Freezing each day's figures, chained by hash; making them anew for comparison; amending what was wrong."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.utils.translation import gettext as _

from facilities.domain.deadlines import day_ends, last_whole_day
from facilities.domain.records import record
from facilities.enums import RecordedAction
from facilities.models import Facility, User
from portal.figures.loading import Moment, load, rules_as_of
from portal.figures.refreshing import AT_A_TIME, made, uptime_days
from portal.models import Figures, Snapshot, SnapshotDay

# How far back days are frozen late, after a time in which nothing ran.
MOST_DAYS_LATE = 31
_TURN = 4_403_002
# All that a row says; its number and hash are about it.
_SAID = [field.attname for field in Snapshot._meta.concrete_fields if field.name not in ("id", "digest")]
FIGURES = [field.attname for field in Figures._meta.concrete_fields]


def digest_of(row: Snapshot) -> str:
    """SHA-256 over everything that the row says, the hash of the facility's row before it included."""
    said = {name: getattr(row, name) for name in _SAID}
    said["taken_at"] = row.taken_at.astimezone(UTC).isoformat()
    text = json.dumps(said, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False)
    return sha256(text.encode()).hexdigest()


def digest_of_all(digests: Iterable[str], before: str = "") -> str:
    """SHA-256 over the hashes of rows, in their order, and over one that came before."""
    return sha256("\n".join([before, *digests]).encode()).hexdigest()


def as_it_was(facilities: Sequence[int], day: date, *, known_at: datetime) -> dict[int, dict[str, Any]]:
    """The figures of the facilities as of the end of the day, with what was known of it by `known_at`."""
    moment = Moment.past(day_ends(day), known_at)
    rules = rules_as_of(moment)
    facts = load(facilities, moment, uptime_days=uptime_days(rules, moment))
    return {pk: made(each, rules) for pk, each in facts.items()}


def freeze(day: date, *, now: datetime) -> int:
    """Freeze the figures of every facility as of the end of a day that is over. Returns how many; twice does nothing.

    Raises ValueError for a day that is not over, or that comes before one that is frozen.
    """
    if day_ends(day) > now:
        raise ValueError(f"{day} is not over")
    with transaction.atomic():
        _my_turn()
        last = SnapshotDay.objects.order_by("-day").first()
        if last is not None and last.day >= day:
            if last.day > day and not SnapshotDay.objects.filter(day=day).exists():
                raise ValueError(f"{last.day} is frozen already, and days are frozen in their order")
            return 0
        digests = list(_frozen(day, now))
        before = last.digest if last else ""
        SnapshotDay.objects.create(
            day=day,
            taken_at=now,
            facilities=len(digests),
            before=before,
            digest=digest_of_all(digests, before),
        )
    return len(digests)


def freeze_what_is_over(*, now: datetime) -> list[date]:
    """Freeze the days that are over and not frozen yet, the oldest first. Returns which."""
    yesterday = last_whole_day(now)
    last = SnapshotDay.objects.order_by("-day").values_list("day", flat=True).first()
    first = max(last + timedelta(days=1), yesterday - timedelta(days=MOST_DAYS_LATE)) if last else yesterday
    days = [first + timedelta(days=number) for number in range((yesterday - first).days + 1)]
    for day in days:
        freeze(day, now=now)
    return days


def _frozen(day: date, now: datetime) -> Iterator[str]:
    pks = list(Facility.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(pks), AT_A_TIME):
        some = pks[start : start + AT_A_TIME]
        before = _last_digests(some)
        rows = []
        for pk, figures in sorted(as_it_was(some, day, known_at=now).items()):
            row = Snapshot(facility_id=pk, taken_at=now, before=before.get(pk, ""), **figures)
            row.digest = digest_of(row)
            rows.append(row)
        Snapshot.objects.bulk_create(rows, batch_size=AT_A_TIME)
        yield from (row.digest for row in rows)


def _last_digests(facilities: Sequence[int]) -> dict[int, str]:
    rows = Snapshot.objects.filter(facility__in=facilities).order_by("facility", "-pk").distinct("facility")
    return dict(rows.values_list("facility", "digest"))


def differences(row: Snapshot, *, known_at: datetime | None = None) -> dict[str, tuple[Any, Any]]:
    """Where the row differs from what is made anew of that day: column → (frozen, anew).

    By default as known when it was frozen, where nothing may differ; else as known at `known_at`.
    """
    anew = as_it_was([row.facility_id], row.day, known_at=known_at or row.taken_at).get(row.facility_id, {})
    pairs = {name: (getattr(row, name), anew.get(name)) for name in FIGURES}
    return {name: (frozen, made_anew) for name, (frozen, made_anew) in pairs.items() if frozen != made_anew}


@transaction.atomic
def amend(row: Snapshot, *, reason: str, actor: User, now: datetime) -> Snapshot:
    """Put another row beside one that was wrong, made of what is known by now of that day. Both stay.

    Raises ValidationError: without a reason; amended already; nothing would differ.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Say why these figures are amended.")})
    _my_turn()
    if Snapshot.objects.filter(amends=row).exists():
        raise ValidationError(_("Somebody has amended these figures meanwhile. Look at them again."))
    if not differences(row, known_at=now):
        raise ValidationError(_("Nothing differs from what was frozen: there is nothing to amend."))
    figures = as_it_was([row.facility_id], row.day, known_at=now)[row.facility_id]
    amended = Snapshot(
        facility_id=row.facility_id,
        version=row.version + 1,
        taken_at=now,
        amends=row,
        reason=reason.strip(),
        amended_by=actor,
        before=_last_digests([row.facility_id]).get(row.facility_id, ""),
        **figures,
    )
    amended.digest = digest_of(amended)
    amended.save()
    record(
        RecordedAction.FIGURES_AMENDED,
        actor=actor,
        now=now,
        organisation=row.facility.organisation_id,
        subject=str(amended),
        detail={"snapshot": amended.pk, "amends": row.pk},
    )
    return amended


@dataclass(frozen=True, slots=True)
class Broken:
    """Where the chain does not hold: the row of a facility and day, or the day as a whole."""

    day: date
    facility: int | None


def verify() -> list[Broken]:
    """Compute all hashes anew. Returns where they differ, which is nowhere unless somebody changed what is frozen."""
    broken: list[Broken] = []
    last: dict[int, str] = {}
    by_day: dict[date, list[tuple[int, str]]] = {}
    for row in Snapshot.objects.order_by("pk").iterator(chunk_size=2000):
        if row.before != last.get(row.facility_id, "") or row.digest != digest_of(row):
            broken.append(Broken(row.day, row.facility_id))
        last[row.facility_id] = row.digest
        if row.amends_id is None:
            by_day.setdefault(row.day, []).append((row.facility_id, row.digest))
    before = ""
    for day in SnapshotDay.objects.order_by("day"):
        digests = [digest for _, digest in sorted(by_day.get(day.day, []))]
        if day.before != before or day.digest != digest_of_all(digests, before) or day.facilities != len(digests):
            broken.append(Broken(day.day, None))
        before = day.digest
    return broken


def _my_turn() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TURN])
