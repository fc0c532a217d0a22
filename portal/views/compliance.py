"""The compliance table: who is behind, and is what they claim true? Country → province → district → facility."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Case, F, IntegerField, Q, Value, When
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django_tables2 import RequestConfig

from facilities.access.doors.page import Page
from facilities.domain.folding import matches
from facilities.enums import Permission, UnitLevel
from facilities.models import AdministrativeUnit, Organisation
from portal.domain.standing import CONNECTED, Standing
from portal.domain.standing import total as sum_of
from portal.figures.refreshing import refresh
from portal.models import SavedView
from portal.pictures.tile_map import tile_map
from portal.queries import has_districts, reached, top_unit, within
from portal.queries.sources import Rows, Source, frozen, frozen_days_around, live, week_before
from portal.queries.standings import by_district, by_province, late, of_all, of_one, shares
from portal.tables.cells import ICONS, difference
from portal.tables.columns import ratio
from portal.tables.compliance import DistrictTable, FacilityTable, ProvinceTable, facilities_url
from portal.tables.figures import exists, percent
from portal.tables.filters import PAGE_SIZES, TROUBLES, StandingFilter, asked_day
from portal.tables.groups import DEFAULT_GROUPS, GROUPS, PAIR, chosen_groups
from portal.tables.words import until

ROWS_REMEMBERED = "rows_per_page"
COLUMNS_REMEMBERED = "compliance_columns"
# How many facilities a page makes anew before it reads; what is left is made in the background.
MADE_BEFORE_READING = 200
WORST = 10
# How many facilities can be chosen to act on together: as many as a form may name, with what else it sends.
MOST_CHOSEN = 900


@dataclass(frozen=True, slots=True)
class Level:
    """Where in the country a table is: a unit, whether it is divided further, and whether facilities are its rows."""

    unit: AdministrativeUnit | None
    divided: bool
    by_facility: bool


class Compliance(Page):
    """One level of the table. Without a unit the provinces; `by_facility` leaves the levels between out.

    Who reaches one province alone, or one district, has that for the top. `as_of` asks for the end of a past day.
    """

    permissions = {"GET": Permission.VIEW_FIGURES}
    by_facility = False

    def get(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        top = top_unit(self.person)
        if pk is None and top is not None:
            route = "compliance_facilities" if self.by_facility else "compliance_unit"
            return HttpResponseRedirect(reverse(route, args=[top], query=request.GET))
        now = timezone.now()
        # What is not there is said before anything is written.
        unit, divided = self._unit(pk)
        refresh(now=now, limit=MADE_BEFORE_READING)
        day = asked_day(request.GET, timezone.localdate(now))
        source = frozen(self.person, day, now) if day else live(self.person, now)
        level = self._level(unit, source, divided=divided)
        chosen = StandingFilter(request.GET, within(source.rows, level.unit), on=source.on, named=level.by_facility)
        groups = chosen_columns(request)
        rules = [code for code in groups if code.startswith("R")]
        rows = chosen.narrowed
        may_direct = self._may_direct(level, source)
        table, total, before = self._table(level, rows, source, chosen, groups, rules)
        if level.by_facility:
            table.ticking = may_direct
            table.ticked = request.GET.get("choose") == "all" and total.facilities <= MOST_CHOSEN
        size = page_size(request)
        RequestConfig(request, paginate=paging(size, total, level)).configure(table)
        if level.by_facility:
            _compare(table, rows, source.on)
        context = {
            **self._here(level, top, request),
            "filter": chosen,
            "table": table,
            "total": total,
            "percent": percent(total.share),
            "trend": difference(total, before),
            "deadline": until(total.next_due, source.on) if total.next_due else "",
            "due": total.next_due,
            "source": source,
            "days": frozen_days_around(day) if day else None,
            "size": size,
            "links": _links(pk, chosen, day),
            "kept": _query({**chosen.carried, **_as_of(day)}),
            "columns": [(name, label, name in groups) for name, (label, _make) in GROUPS.items()],
            "columns_asked": "columns" in request.GET,
            "worst": _worst(rows, source.on) if not level.by_facility else [],
            "map": self._map(level, source),
            "may_direct": may_direct,
            "elsewhere": _elsewhere(table, rows) if level.by_facility and may_direct and table.ticked else [],
            "most_chosen": MOST_CHOSEN,
            "export_table": "facilities" if level.by_facility else "units",
            "export_unit": pk,
        }
        return render(request, "portal/compliance.html", context)

    def _unit(self, pk: int | None) -> tuple[AdministrativeUnit | None, bool]:
        """The unit, and whether it is divided now; 404 where none of its facilities is in the person's reach."""
        if pk is None:
            return None, True
        unit = get_object_or_404(AdministrativeUnit.objects.select_related("province"), pk=pk)
        divided = has_districts(within(reached(self.person), unit))
        if divided is None:
            raise Http404
        return unit, divided

    def _level(self, unit: AdministrativeUnit | None, source: Source, *, divided: bool) -> Level:
        """Whether it is divided say the figures: what has districts now had none then, or the other way round."""
        if unit is None:
            return Level(None, divided=True, by_facility=self.by_facility)
        then = has_districts(within(source.rows, unit))
        divided = (divided if then is None else then) and unit.level == UnitLevel.PROVINCE
        return Level(unit, divided=divided, by_facility=self.by_facility or not divided)

    @staticmethod
    def _table(
        level: Level, rows: Rows, source: Source, chosen: StandingFilter, groups: Sequence[str], rules: Sequence[str]
    ) -> tuple[Any, Standing, Standing | None]:
        """The table, the standing of all its rows together, and the one a week before."""
        on, unit = source.on, level.unit
        carried = {**chosen.carried, **_as_of(on if source.frozen else None)}
        options: dict[str, Any] = {"on": on, "groups": groups, "carried": carried, "unit": unit.pk if unit else None}
        if level.by_facility:
            total = of_all(rows, on, rules)
            before = of_all(week_before(rows, on), on) if "trend" in groups or not unit else None
            # Within a district its name would stand in every row; where there are none the column would be empty.
            exclude = () if level.divided else ("district",)
            facilities = rows.select_related("district")
            return FacilityTable(facilities, total=total, before=before, exclude=exclude, **options), total, before
        make = by_district if unit else by_province
        kind = DistrictTable if unit else ProvinceTable
        name = chosen.chosen("q")
        found = [row for row in make(rows, on, rules) if matches(name, row.name)]
        befores = shares(week_before(rows, on), "district" if unit else "province")
        total = sum_of(row.standing for row in found)
        before = sum_of(befores[row.pk] for row in found if row.pk in befores)
        table = kind(found, total=total, before=before if befores else None, **options)
        table.befores = befores
        return table, total, before if befores else None

    def _may_direct(self, level: Level, source: Source) -> bool:
        """Whether the rows may be chosen to be reminded: facilities as they stand now, by who directs somewhere."""
        if not level.by_facility or source.frozen or not exists("reminder_new"):
            return False
        return bool(Organisation.objects.visible_to(self.person, Permission.DIRECT).exists())

    def _here(self, level: Level, top: int | None, request: HttpRequest) -> dict[str, Any]:
        return {
            "unit": level.unit,
            "top": top,
            "by_facility": level.by_facility,
            "divided": level.divided,
            "here": request.path,
            "sizes": PAGE_SIZES,
            "icons": ICONS,
            "pair": PAIR,
            "views": SavedView.objects.of(self.person),
        }

    def _map(self, level: Level, source: Source) -> Any:  # noqa: ANN401 - what the map's template takes
        """Of the country alone."""
        if level.unit is not None or level.by_facility or source.frozen:
            return None
        return tile_map(source.rows, today=source.on)


def chosen_columns(request: HttpRequest) -> tuple[str, ...]:
    """The groups of columns: as asked now, as asked before, or the usual ones."""
    asked = request.GET.getlist("columns")
    if asked:
        groups = chosen_groups(asked)
        request.session[COLUMNS_REMEMBERED] = list(groups)
        return groups
    kept = request.session.get(COLUMNS_REMEMBERED)
    return chosen_groups(kept) if kept is not None else DEFAULT_GROUPS


def page_size(request: HttpRequest) -> int:
    """Rows a page: as asked now, as asked before, or the smallest."""
    asked = request.GET.get("rows", "")
    sizes = {str(size): size for size in PAGE_SIZES}
    if asked in sizes and request.session.get(ROWS_REMEMBERED) != sizes[asked]:
        request.session[ROWS_REMEMBERED] = sizes[asked]
    return int(request.session.get(ROWS_REMEMBERED, PAGE_SIZES[0]))


def _compare(table: Any, rows: Rows, on: date) -> None:  # noqa: ANN401 - django-tables2 is untyped
    """Give the rows of this page what they were a week before."""
    shown = [row.record.facility_id for row in table.paginated_rows]
    before = week_before(rows.model.objects.filter(facility__in=shown), on)
    table.befores = {row.facility_id: of_one(row, on) for row in before}


def _worst(rows: Rows, on: date) -> list[tuple[Any, Standing]]:
    """The facilities that are furthest behind: past their deadline first, the longest first, then by what is verified.

    Those of which nothing is wrong are not among them.
    """
    behind = rows.filter(closed=False).exclude(Q(stage__in=CONNECTED, contradictions=[], verified=F("claimed")))
    is_late = Case(When(late(on), then=Value(0)), default=Value(1), output_field=IntegerField())
    due = Case(When(late(on), then=F("due_on")))
    ordered = behind.order_by(is_late, due, ratio("verified", "claimed"), "folded", "facility_id")
    return [(row, of_one(row, on)) for row in ordered[:WORST]]


def _elsewhere(table: Any, rows: Rows) -> list[int]:  # noqa: ANN401 - django-tables2 is untyped
    """Ids of the filter's facilities that stand on other pages of the table than this one."""
    shown = {row.record.facility_id for row in table.paginated_rows}
    return [pk for pk in rows.order_by().values_list("facility", flat=True) if pk not in shown]


def paging(size: int, total: Standing, level: Level) -> dict[str, Any]:
    """How the table is cut into pages. Of facilities the total says how many there are: they are not counted again."""
    cut: dict[str, Any] = {"per_page": size, "silent": True}
    return cut | {"paginator_class": partial(Counted, rows=total.facilities)} if level.by_facility else cut


class Counted(Paginator):  # type: ignore[type-arg] # of rows of either kind
    """Pages of rows whose number is known."""

    def __init__(self, object_list: Any, per_page: int, *, rows: int, **options: Any) -> None:  # noqa: ANN401 - Django's
        super().__init__(object_list, per_page, **options)
        self.count = rows


def _as_of(day: date | None) -> dict[str, str]:
    return {"as_of": day.isoformat()} if day else {}


def _query(values: dict[str, str]) -> str:
    return f"?{urlencode(values)}" if values else ""


def _links(unit: int | None, chosen: StandingFilter, day: date | None) -> dict[str, str]:
    """Where the figures above the table lead: to the facilities that they count."""
    carried = {**chosen.carried, **_as_of(day)}
    troubles = {name: facilities_url(unit, **{**carried, "having": name}) for name in TROUBLES}
    others = {name: facilities_url(unit, **{**carried, name: "yes"}) for name in ("late", "contradicted")}
    of_unit = f"?unit={unit}" if unit else ""
    return {
        **troubles,
        **others,
        "facilities": facilities_url(unit, **carried),
        "cameras": reverse("compliance_cameras") + of_unit,
        "not_connected": reverse("not_connected") + of_unit,
        "contradictions": reverse("compliance_contradictions") + of_unit,
    }
