"""Tables of cameras: every one in reach, and their changes of state over a period."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.db.models import F, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from cameras.enums import Codec, Reason, State
from cameras.models import Camera, Transition
from facilities.enums import Sector, ZoneKind
from facilities.models import User
from portal.exports.contents.parts import CHUNK, local, place_columns, sheet_of
from portal.exports.scope import select
from portal.exports.sheet import Column, Kind, Row, Sheet, written

# Of changes of state, the days that are told where nothing else is asked, and at most.
USUAL_DAYS, MOST_DAYS = 7, 92


def _place(prefix: str) -> list[str]:
    facility = f"{prefix}zone__facility__"
    return [
        f"{facility}province__full_name",
        f"{facility}province__name_en",
        f"{facility}district__full_name",
        f"{facility}district__name_en",
        f"{facility}organisation__name",
        f"{facility}organisation__name_en",
        f"{facility}code",
    ]


_STATES, _REASONS, _CODECS = dict(State.choices), dict(Reason.choices), dict(Codec.choices)
_ZONES, _SECTORS = dict(ZoneKind.choices), dict(Sector.choices)


def cameras(person: User, query: QueryDict, now: datetime) -> Sheet:
    """Every camera of the facilities that are selected."""
    selection = select(person, query)
    rows = Camera.objects.filter(zone__facility__in=selection.facilities)
    columns = [
        *place_columns(),
        Column(_("Sector"), width=16),
        Column(_("Zone"), width=28, printed=True),
        Column(_("Kind of zone"), width=34),
        Column(_("Camera"), width=28, printed=True),
        Column(_("State"), width=16, printed=True),
        Column(_("Reason"), width=40, printed=True),
        Column(_("Since"), Kind.MOMENT, 20, printed=True),
        Column(_("Last checked"), Kind.MOMENT, 20),
        Column(_("Last picture"), Kind.MOMENT, 20, printed=True),
        Column(_("Registered at"), Kind.MOMENT, 20),
        Column(_("Codec"), width=9),
        Column(_("Width"), Kind.INTEGER, 8),
        Column(_("Height"), Kind.INTEGER, 8),
    ]
    return sheet_of(
        name="cameras",
        title=_("Cameras"),
        person=person,
        now=now,
        selection=selection,
        columns=columns,
        rows=_cameras(rows),
        total=rows.count(),
    )


def transitions(person: User, query: QueryDict, now: datetime) -> Sheet:
    """Changes of state of these cameras from `from` to `to` (days, both included), the newest first."""
    selection = select(person, query)
    first, last = period(query, timezone.localdate(now))
    begin, end = _midnight(first), _midnight(last + timedelta(days=1))
    rows = Transition.objects.filter(camera__zone__facility__in=selection.facilities, at__gte=begin, at__lt=end)
    columns = [
        Column(_("Became true at"), Kind.MOMENT, 20, printed=True),
        Column(_("Noticed at"), Kind.MOMENT, 20),
        *place_columns(),
        Column(_("Zone"), width=28, printed=True),
        Column(_("Camera"), width=28, printed=True),
        Column(_("Before"), width=16, printed=True),
        Column(_("State"), width=16, printed=True),
        Column(_("Reason"), width=40, printed=True),
    ]
    return sheet_of(
        name="transitions",
        title=_("Changes of state of cameras"),
        person=person,
        now=now,
        selection=selection,
        columns=columns,
        rows=_transitions(rows),
        total=rows.count(),
        filters=[
            (_("From"), written(first, Kind.DATE)),
            (_("To"), written(last, Kind.DATE)),
        ],
    )


def period(query: QueryDict, today: date) -> tuple[date, date]:
    """The first and the last day that the address asks for, at most MOST_DAYS; what is no day asks for nothing."""
    last = min(_day(query.get("to", "")) or today, today)
    first = _day(query.get("from", "")) or last - timedelta(days=USUAL_DAYS - 1)
    return max(min(first, last), last - timedelta(days=MOST_DAYS - 1)), last


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _cameras(rows: QuerySet[Camera]) -> Iterator[Row]:
    fields = [
        *_place(""),
        *("zone__facility__sector", "zone__name", "zone__kind", "name", "state__state", "state__reason"),
        *("state__since", "state__observed_at", "state__pictured_at", "registered_at"),
        *("state__codec", "state__width", "state__height"),
    ]
    order = ["zone__facility__province__name", "zone__facility__organisation__name", "zone__name", "name", "pk"]
    for values in rows.order_by(*order).values_list(*fields).iterator(chunk_size=CHUNK):
        where, (sector, zone, kind, name, state, reason, since, looked, pictured, registered, codec, width, height) = (
            values[:7],
            values[7:],
        )
        yield [
            *_where(where),
            str(_SECTORS[sector]),
            zone,
            str(_ZONES[kind]),
            name,
            # One that has no row of state yet has not been observed.
            str(_STATES[state or State.UNKNOWN]),
            "" if state == State.OK else str(_REASONS[reason if reason is not None else Reason.NOT_PROBED]),
            since,
            looked,
            pictured,
            registered,
            str(_CODECS.get(codec, "")),
            width,
            height,
        ]


def _transitions(rows: QuerySet[Transition]) -> Iterator[Row]:
    fields = ["at", "noticed_at", *_place("camera__"), "camera__zone__name", "camera__name"]
    found = rows.order_by("-at", "-pk").values_list(*fields, "before", "state", F("reason"))
    for at, noticed, *rest in found.iterator(chunk_size=CHUNK):
        zone, name, before, state, reason = rest[7:]
        words = [str(_STATES[before]), str(_STATES[state]), str(_REASONS[reason]) if reason else ""]
        yield [at, noticed, *_where(rest[:7]), zone, name, *words]


def _where(values: tuple[str | None, ...] | list[str | None]) -> list[str]:
    province, province_en, district, district_en, name, name_en, code = values
    return [local(province, province_en), local(district, district_en), local(name, name_en), code or ""]
