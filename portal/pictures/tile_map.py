"""The provinces as squares, laid out as the country lies, with one figure each; and the table of the same figures."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache

from django.db import models
from django.db.models import Count, Q, QuerySet, Sum
from django.utils.formats import number_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from facilities.domain.folding import fold
from portal.domain.shades import shade
from portal.environment import BASE_DIR
from portal.models import FacilityStanding
from portal.tables.figures import percent

TILES = BASE_DIR / "portal" / "data" / "tile-map-2021.csv"
# Codes were re-used in 2025: only units from before that are squares of this map.
MAP_ENDS = date(2025, 7, 1)
# One square, and from one to the next, in units of the drawing.
SIDE, STEP = 40, 42


class MapFigure(models.TextChoices):
    """What a square may show."""

    VERIFIED = "verified", gettext_lazy("Share of cameras verified")
    CONNECTED = "connected", gettext_lazy("Facilities connected")
    LATE = "late", gettext_lazy("Facilities past the deadline")
    RULE = "rule", gettext_lazy("Facilities that fail a rule")


RULES = tuple(f"R{number}" for number in range(1, 13))


@dataclass(frozen=True, slots=True)
class ProvinceFigures:
    """A province's facilities within the reader's reach, counted."""

    pk: int
    code: str
    name: str
    valid_from: date
    facilities: int
    claimed: int
    verified: int
    connected: int
    late: int
    failing: int

    def good(self, figure: MapFigure) -> float | None:
        """What the shade tells of, 0 to 1; None where there is nothing to be good or bad."""
        if figure is MapFigure.VERIFIED:
            return self.verified / self.claimed if self.claimed else None
        bad = {MapFigure.CONNECTED: self.facilities - self.connected, MapFigure.LATE: self.late}
        return 1 - bad.get(figure, self.failing) / self.facilities

    def text(self, figure: MapFigure) -> str:
        """What stands in the square and in the table."""
        if figure is MapFigure.VERIFIED:
            return percent(self.good(figure))
        if figure is MapFigure.CONNECTED:
            return f"{number_format(self.connected)}/{number_format(self.facilities)}"
        return number_format(self.late if figure is MapFigure.LATE else self.failing, force_grouping=True)

    @property
    def share_verified(self) -> str:
        return self.text(MapFigure.VERIFIED)


@dataclass(frozen=True, slots=True)
class Tile:
    """A province's place. Without figures it is outlined and empty: it has none, or none that the reader may see."""

    x: int
    y: int
    lines: tuple[str, ...]
    figures: ProvinceFigures | None = None
    text: str = ""
    # The same as far as a square has room for it.
    short: str = ""
    # None: nothing to be good or bad.
    shade: int | None = None


@dataclass(frozen=True, slots=True)
class TileMap:
    """The picture, and the rows of its table, the worst first."""

    figure: MapFigure
    rule: str
    tiles: tuple[Tile, ...]
    rows: tuple[ProvinceFigures, ...]
    width: int
    height: int
    side: int = SIDE

    @property
    def title(self) -> str:
        """The finding."""
        return _FINDINGS[self.figure](self) if self.rows else _("No facility is in your reach.")

    @property
    def chosen(self) -> str:
        """What the squares show, in words."""
        return _("Facilities that fail rule %(rule)s") % {"rule": self.rule} if self.rule else str(self.figure.label)

    @property
    def listed(self) -> list[tuple[ProvinceFigures, str]]:
        """The rows with what their squares show."""
        return [(row, row.text(self.figure)) for row in self.rows]

    def sum(self, name: str) -> int:
        """Over all rows."""
        return sum(getattr(row, name) for row in self.rows)

    @property
    def total(self) -> str:
        """What the squares show, of all together."""
        if self.figure is MapFigure.VERIFIED:
            return percent(self.sum("verified") / self.sum("claimed") if self.sum("claimed") else None)
        if self.figure is MapFigure.CONNECTED:
            return f"{number_format(self.sum('connected'))}/{number_format(self.sum('facilities'))}"
        return number_format(self.sum("late" if self.figure is MapFigure.LATE else "failing"), force_grouping=True)

    @property
    def totals(self) -> dict[str, int]:
        return {name: self.sum(name) for name in ("facilities", "claimed", "verified", "connected", "late", "failing")}


def tile_map(
    standings: QuerySet[FacilityStanding], *, figure: MapFigure = MapFigure.VERIFIED, rule: str = "", today: date
) -> TileMap:
    """The map of the facilities that the reader may see: pass what `visible_to` leaves. One query.

    A facility is late that is not closed, does not claim to be connected, and whose last good day is over. `rule` is a
    code of RULES, for MapFigure.RULE.
    """
    rows = sorted(
        province_figures(standings, rule=rule, today=today),
        key=lambda row: (2.0 if (good := row.good(figure)) is None else good, fold(row.name)),
    )
    on_map = {row.code: row for row in rows if row.valid_from < MAP_ENDS}
    tiles = tuple(_filled(tile, on_map.get(code), figure) for code, tile in _tiles().items())
    return TileMap(
        figure,
        rule if figure is MapFigure.RULE else "",
        tiles,
        tuple(rows),
        max(tile.x for tile in tiles) + SIDE,
        max(tile.y for tile in tiles) + SIDE,
    )


def province_figures(standings: QuerySet[FacilityStanding], *, rule: str = "", today: date) -> list[ProvinceFigures]:
    """One row for each province that has some of the facilities."""
    late = Q(closed=False, connected_on=None, due_on__lt=today)
    counts = {
        "facilities": Count("pk"),
        "claimed_cameras": Sum("claimed"),
        "verified_cameras": Sum("verified"),
        "connected": Count("pk", filter=Q(connected_on__isnull=False)),
        "late": Count("pk", filter=late),
        "failing": Count("pk", filter=Q(failed__contains=[rule])),
    }
    unit = ("province__pk", "province__code", "province__full_name", "province__name_en", "province__valid_from")
    english = get_language() == "en"
    return [
        ProvinceFigures(
            pk=row["province__pk"],
            code=row["province__code"],
            name=(english and row["province__name_en"]) or row["province__full_name"],
            valid_from=row["province__valid_from"],
            facilities=row["facilities"],
            claimed=row["claimed_cameras"],
            verified=row["verified_cameras"],
            connected=row["connected"],
            late=row["late"],
            failing=row["failing"] if rule else 0,
        )
        for row in standings.order_by().values(*unit).annotate(**counts)
    ]


@cache
def _tiles() -> dict[str, Tile]:
    with TILES.open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: Tile(STEP * int(row["column"]), STEP * int(row["row"]), tuple(row["short"].split("/")))
            for row in csv.DictReader(file)
        }


def _filled(tile: Tile, row: ProvinceFigures | None, figure: MapFigure) -> Tile:
    if row is None:
        return tile
    good = row.good(figure)
    text = row.text(figure)
    # Cut and not rounded, as all shares are.
    short = f"{int(good * 100)}%" if figure is MapFigure.VERIFIED and good is not None else text
    return Tile(tile.x, tile.y, tile.lines, row, text, short, None if good is None else shade(good))


def _verified(found: TileMap) -> str:
    share = found.sum("verified") / found.sum("claimed") if found.sum("claimed") else None
    if share is None:
        return _("No camera has been registered yet.")
    said = _("%(share)s of the cameras claimed are verified.") % {"share": percent(share)}
    worst = found.rows[0]
    if len(found.rows) == 1 or worst.good(found.figure) == found.rows[-1].good(found.figure):
        return said
    least = _("The least in %(name)s: %(share)s.") % {"name": worst.name, "share": worst.text(found.figure)}
    return f"{said} {least}"


def _connected(found: TileMap) -> str:
    return _("%(connected)s of %(facilities)s facilities claim to be connected.") % {
        "connected": number_format(found.sum("connected"), force_grouping=True),
        "facilities": number_format(found.sum("facilities"), force_grouping=True),
    }


def _late(found: TileMap) -> str:
    if not found.sum("late"):
        return _("No facility is past its deadline.")
    most = max(found.rows, key=lambda row: row.late)
    return _("Past the deadline and not connected: %(count)s facilities, most of them in %(name)s (%(most)s).") % {
        "count": number_format(found.sum("late"), force_grouping=True),
        "name": most.name,
        "most": number_format(most.late, force_grouping=True),
    }


def _failing(found: TileMap) -> str:
    if not found.sum("failing"):
        return _("No facility fails rule %(rule)s.") % {"rule": found.rule}
    most = max(found.rows, key=lambda row: row.failing)
    return _("Rule %(rule)s is failed by %(count)s facilities, most of them in %(name)s (%(most)s).") % {
        "rule": found.rule,
        "count": number_format(found.sum("failing"), force_grouping=True),
        "name": most.name,
        "most": number_format(most.failing, force_grouping=True),
    }


_FINDINGS: dict[MapFigure, Callable[[TileMap], str]] = {
    MapFigure.VERIFIED: _verified,
    MapFigure.CONNECTED: _connected,
    MapFigure.LATE: _late,
    MapFigure.RULE: _failing,
}
