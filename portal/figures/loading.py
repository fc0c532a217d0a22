"""What is known of facilities as of a moment, read from the database: for the present, and for any past alike."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q

from cameras.domain.uptime import Seconds
from cameras.enums import Codec, State
from cameras.models import Camera, CameraState
from facilities.domain.deadlines import DeadlineFact, day_as_of, last_whole_day
from facilities.domain.rollout_standing import (
    ReportFact,
    RolloutStanding,
    SinkFact,
    SinkReportFact,
    connections,
    standing,
)
from facilities.domain.versions import as_of as version_as_of
from facilities.enums import (
    FORBIDDEN_ZONE_KINDS,
    BlockReason,
    Premises,
    ReportKind,
    Sector,
    Sink,
    SinkSays,
    Stage,
    ZoneKind,
)
from facilities.models import (
    ComplianceRule,
    Contact,
    Deadline,
    Facility,
    Organisation,
    ProgressReport,
    SinkReport,
    Zone,
)
from portal.domain.facts import CameraFact, ContactFact, Facts, Measured, Place, ZoneFact
from portal.domain.rules.outcome import RuleFact
from portal.figures.seconds import Counted, seconds_by_day

# Rule R9's period where no record says otherwise.
UPTIME_DAYS = 7

_STATES = """
    SELECT camera.id, past.state, past.at
    FROM unnest(%s::bigint[]) AS camera (id) JOIN LATERAL (
        SELECT state, at FROM cameras_transition
        WHERE camera_id = camera.id AND at < %s AND noticed_at <= %s ORDER BY at DESC, id DESC LIMIT 1
    ) AS past ON true
"""
_MEASURED = """
    SELECT camera.id, newest.measured_at, newest.codec, newest.width, newest.height, newest.frame_rate,
        newest.clock_offset, newest.luma, newest.contrast
    FROM unnest(%s::bigint[]) AS camera (id) JOIN LATERAL (
        SELECT * FROM cameras_conformanceresult
        WHERE camera_id = camera.id AND measured_at < %s ORDER BY measured_at DESC LIMIT 1
    ) AS newest ON true
"""


@dataclass(frozen=True, slots=True)
class Moment:
    """When things are looked at. `versions` is None for the present, which is read from the tables as they are."""

    as_of: datetime
    known_at: datetime
    versions: datetime | None

    @classmethod
    def present(cls, now: datetime) -> "Moment":
        """As it stands now, what was said in this very instant included."""
        return cls(now + timedelta(microseconds=1), now, None)

    @classmethod
    def past(cls, as_of: datetime, known_at: datetime) -> "Moment":
        """As it stood just before `as_of`, with what had become known of that time by `known_at`."""
        return cls(as_of, known_at, as_of)

    @property
    def day(self) -> date:
        """The day that it belongs to."""
        return day_as_of(self.as_of)


def facts_of(
    facilities: Collection[int], *, as_of: datetime, known_at: datetime, uptime_days: int = UPTIME_DAYS
) -> dict[int, Facts]:
    """Facts of those of the facilities (by id) that existed then, as of a past moment.

    What was said until `known_at` of days until then counts, a withdrawal too; what was edited counts as it was then.
    """
    return load(facilities, Moment.past(as_of, known_at), uptime_days=uptime_days)


def present_facts(facilities: Collection[int], *, now: datetime, uptime_days: int = UPTIME_DAYS) -> dict[int, Facts]:
    """Facts of the facilities as they stand now."""
    return load(facilities, Moment.present(now), uptime_days=uptime_days)


def load(facilities: Collection[int], moment: Moment, *, uptime_days: int) -> dict[int, Facts]:
    """Facts of each facility that exists at that moment, in a number of queries that does not grow with theirs."""
    places = _places(facilities, moment)
    pks = list(places)
    zones, contacts = _zones(pks, moment), _contacts(pks, moment)
    cameras, born = _cameras(zones, moment)
    reports, sinks = _reports(pks, moment), _sinks(pks, moment)
    deadlines = _deadlines(moment)
    last = last_whole_day(moment.as_of)
    days = [last - timedelta(days=back) for back in reversed(range(uptime_days))]
    seconds = seconds_by_day(_counted(zones, cameras, born), days, known_at=moment.known_at)
    return {
        pk: Facts(
            as_of=moment.as_of,
            place=place,
            rollout=reports.get(pk, RolloutStanding()),
            sinks=sinks.get(pk) or {sink: SinkFact(sink) for sink in Sink},
            zones=zones.get(pk, ()),
            cameras=cameras.get(pk, ()),
            contact=contacts.get(pk),
            deadlines=_binding(deadlines, place),
            days={day: seconds.get(pk, {}).get(day, Seconds()) for day in days},
        )
        for pk, place in places.items()
    }


def rules_as_of(moment: Moment) -> list[RuleFact]:
    """The records of all rules as they stood then, whether in force on that day or not."""
    columns = ("id", "code", "source", "valid_from", "valid_to", "parameters")
    rows = version_as_of(ComplianceRule, moment.versions).order_by("code", "valid_from")
    return [RuleFact(*row) for row in rows.values_list(*columns)]


def _places(facilities: Collection[int], moment: Moment) -> dict[int, Place]:
    columns = ("id", "organisation_id", "code", "sector", "premises", "province_id", "district_id")
    found = version_as_of(Facility, moment.versions, id__in=list(facilities))
    rows = list(found.order_by("id").values_list(*columns))
    nodes = version_as_of(Organisation, moment.versions, id__in=[row[1] for row in rows])
    called = {pk: (name, name_en) for pk, name, name_en in nodes.values_list("id", "name", "name_en")}
    return {
        pk: Place(pk, code, called[node][0], called[node][1], Sector(sector), Premises(premises), province, district)
        for pk, node, code, sector, premises, province, district in rows
        if node in called
    }


def _zones(pks: list[int], moment: Moment) -> dict[int, tuple[ZoneFact, ...]]:
    rows = version_as_of(Zone, moment.versions, facility_id__in=pks).order_by("id")
    found: dict[int, list[ZoneFact]] = defaultdict(list)
    for facility, pk, kind, name in rows.values_list("facility_id", "id", "kind", "name"):
        found[facility].append(ZoneFact(pk, ZoneKind(kind), name))
    return {facility: tuple(zones) for facility, zones in found.items()}


def _cameras(
    zones: Mapping[int, Sequence[ZoneFact]], moment: Moment
) -> tuple[dict[int, tuple[CameraFact, ...]], dict[int, datetime]]:
    facility_of = {zone.pk: facility for facility, of in zones.items() for zone in of}
    rows = version_as_of(Camera, moment.versions, zone_id__in=list(facility_of)).order_by("id")
    cameras = list(rows.values_list("id", "name", "zone_id", "registered_at"))
    pks = [pk for pk, *_ in cameras]
    states, measured = _states(pks, moment), _measured(pks, moment)
    found: dict[int, list[CameraFact]] = defaultdict(list)
    for pk, name, zone, registered_at in cameras:
        state, since = states.get(pk, (State.UNKNOWN, registered_at))
        found[facility_of[zone]].append(CameraFact(pk, name, zone, state, since, measured.get(pk)))
    by_facility = {facility: tuple(each) for facility, each in found.items()}
    return by_facility, {pk: registered_at for pk, _, _, registered_at in cameras}


def _states(pks: list[int], moment: Moment) -> dict[int, tuple[State, datetime]]:
    """The last transition before a past moment; for the present, what the prober says, which is the same."""
    if moment.versions is None:
        rows = CameraState.objects.filter(camera__in=pks).values_list("camera", "state", "since")
        return {pk: (State(state), since) for pk, state, since in rows}
    return {pk: (State(state), at) for pk, state, at in _fetched(_STATES, [pks, moment.as_of, moment.known_at])}


def _measured(pks: list[int], moment: Moment) -> dict[int, Measured]:
    return {pk: Measured(at, Codec(codec), *rest) for pk, at, codec, *rest in _fetched(_MEASURED, [pks, moment.as_of])}


def _fetched(sql: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _contacts(pks: list[int], moment: Moment) -> dict[int, ContactFact]:
    rows = version_as_of(Contact, moment.versions, facility_id__in=pks)
    columns = ("facility_id", "full_name", "title", "phone", "email")
    return {pk: ContactFact(*rest) for pk, *rest in rows.values_list(*columns)}


def _reports(pks: list[int], moment: Moment) -> dict[int, RolloutStanding]:
    """What had been said by `known_at` of the days until then. A withdrawal says of the past that it was not so."""
    said = Q(on__lte=moment.day) | Q(kind=ReportKind.WITHDRAWAL)
    rows = ProgressReport.objects.filter(said, facility__in=pks, recorded_at__lte=moment.known_at)
    columns = ("facility_id", "id", "kind", "on", "recorded_at", "stage", "reasons", "withdraws_id")
    found: dict[int, list[ReportFact]] = defaultdict(list)
    for facility, pk, kind, on, recorded_at, stage, reasons, withdraws in rows.order_by().values_list(*columns):
        found[facility].append(
            ReportFact(
                pk,
                ReportKind(kind),
                on,
                recorded_at,
                Stage(stage) if stage else None,
                tuple(BlockReason(reason) for reason in reasons),
                withdraws,
            )
        )
    return {facility: standing(reports) for facility, reports in found.items()}


def _sinks(pks: list[int], moment: Moment) -> dict[int, dict[Sink, SinkFact]]:
    rows = SinkReport.objects.filter(facility__in=pks, on__lte=moment.day, recorded_at__lte=moment.known_at)
    columns = ("facility_id", "id", "sink", "says", "on", "recorded_at")
    found: dict[int, list[SinkReportFact]] = defaultdict(list)
    for facility, pk, sink, says, on, recorded_at in rows.order_by().values_list(*columns):
        found[facility].append(SinkReportFact(pk, Sink(sink), SinkSays(says), on, recorded_at))
    return {facility: connections(reports) for facility, reports in found.items()}


def _deadlines(moment: Moment) -> list[DeadlineFact]:
    rows = Deadline.objects.select_related("document").filter(set_at__lt=moment.as_of)
    return [
        DeadlineFact(
            pk=row.pk,
            milestone=Stage(row.milestone),
            last_day=row.last_day,
            issued_on=row.document.issued_on,
            set_at=row.set_at,
            area=row.area_id,
            sectors=frozenset(Sector(sector) for sector in row.sectors),
            supersedes=row.supersedes_id,
        )
        for row in rows
    ]


def _binding(deadlines: Iterable[DeadlineFact], place: Place) -> tuple[DeadlineFact, ...]:
    return tuple(
        each for each in deadlines if each.covers(province=place.province, district=place.district, sector=place.sector)
    )


def _counted(
    zones: Mapping[int, Sequence[ZoneFact]],
    cameras: Mapping[int, Sequence[CameraFact]],
    born: Mapping[int, datetime],
) -> list[Counted]:
    """Cameras in a forbidden zone fulfil nothing, whatever they deliver."""
    forbidden = {zone.pk for of in zones.values() for zone in of if zone.kind in FORBIDDEN_ZONE_KINDS}
    return [
        Counted(camera.pk, facility, born[camera.pk])
        for facility, of in cameras.items()
        for camera in of
        if camera.zone not in forbidden
    ]
