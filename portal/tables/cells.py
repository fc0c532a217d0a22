"""What stands in the cells of the leaders' tables: figures in words, each with the way to what it counts."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.utils.html import format_html
from django.utils.translation import gettext as _

from facilities.enums import BlockReason, Stage
from portal.domain.standing import CONNECTED, STAGES, Standing, part
from portal.models import Figures
from portal.tables.figures import Cell, count, linked, number, percent
from portal.tables.rule_words import RESULTS, result_of
from portal.tables.words import CONTRADICTIONS, UNNAMED, until
from portal.templatetags.icons import icon_again

if TYPE_CHECKING:
    from portal.tables.compliance import ComplianceTable

Record = Any  # a UnitRow, or a row of Figures
Written = Callable[[Standing, Record, "ComplianceTable"], Cell]
# What the columns draw again and again.
ICONS = ("minus", "arrow-up-right", "arrow-down-right", "circle-x", "circle-check", "help-circle")


def write_stage(standing: Standing, record: Record, table: "ComplianceTable") -> Cell:
    """Of a facility the stage that it reports; of several how many report to be connected."""
    if isinstance(record, Figures):
        return linked(_stage_of(record), table.evidence("rollout", record))
    found = part(standing.connected, standing.facilities)
    tip = ", ".join(
        f"{stage.label}: {number(some)}" for stage, some in zip(STAGES, standing.stages, strict=True) if some
    )
    text = f"{number(standing.connected)}/{number(standing.facilities)}"
    url = table.link("stage", record)
    return format_html('{} <span class="of" title="{}">{}</span>', linked(text, url), tip, percent(found))


def _stage_of(record: Figures) -> Cell:
    marks = [mark for mark, holds in ((_("Paused"), record.paused), (_("Closed"), record.closed)) if holds]
    if record.blocked and record.stage not in CONNECTED and not record.closed:
        marks += [str(BlockReason(reason).label) for reason in record.blocked]
    label = str(Stage(record.stage).label)
    return format_html('{}<small class="marks">{}</small>', label, ", ".join(marks)) if marks else label


def write_stages(standing: Standing, record: Record, table: "ComplianceTable") -> Cell:
    """Each stage that some are at, and how many."""
    del record, table
    pairs = [f"{stage.label}: {number(some)}" for stage, some in zip(STAGES, standing.stages, strict=True) if some]
    return format_html('<span class="stages">{}</span>', " · ".join(pairs) or "–")


def write_of(*names: str, route: str) -> Written:
    """Figures side by side with a slash between, the last what the others are of."""

    def write(standing: Standing, record: Record, table: "ComplianceTable") -> Cell:
        if not getattr(standing, names[-1]):
            return "–"
        text = " / ".join(number(getattr(standing, name)) for name in names)
        return linked(text, table.evidence(route, record) if isinstance(record, Figures) else "")

    return write


def write_part(name: str) -> Written:
    """A part of the time, from 0 to 1, in percent."""

    def write(standing: Standing, record: Record, table: "ComplianceTable") -> Cell:
        found: float | None = getattr(standing, name)
        if found is None:
            return format_html('<span title="{}">–</span>', _("Nothing was measured in this time."))
        return linked(percent(found), table.evidence("facility_uptime", record) if isinstance(record, Figures) else "")

    return write


def write_inspected(standing: Standing, record: Record, table: "ComplianceTable") -> Cell:
    """How many days ago the last inspection was."""
    del record
    if standing.inspected_on is None:
        return format_html('<span title="{}">–</span>', _("No inspection is on record."))
    return number((table.on - standing.inspected_on).days)


def write_findings(standing: Standing, record: Record, table: "ComplianceTable") -> Cell:
    """Findings past their due date."""
    if not standing.findings_known:
        return format_html('<span title="{}">–</span>', _("No findings are on record."))
    return count(standing.overdue_findings, table.link("overdue", record))


def write_deadline(standing: Standing, record: Record, table: "ComplianceTable") -> Cell:
    """Of a facility how long it has, or had; of several how many are past it."""
    if not isinstance(record, Figures):
        return count(standing.late, table.link("late", record), "fig-late")
    if record.closed:
        return "–"
    if record.stage in CONNECTED:
        return _met(record)
    text = until(record.due_on, table.on)
    css = "fig-late" if standing.late else ""
    return linked(text, table.evidence("rollout", record), css) if record.due_on else text


def _met(record: Figures) -> Cell:
    if record.due_on is None or record.connected_on is None:
        return _("connected")
    if record.connected_on <= record.due_on:
        return _("connected in time")
    return _("connected, %(late)s") % {"late": until(record.due_on, record.connected_on)}


def write_contradictions(standing: Standing, record: Record, table: "ComplianceTable") -> Cell:
    """Claims that verification contradicts; of a facility what contradicts them."""
    css = "fig-contradicted"
    cell = count(standing.contradictions, table.link("contradicted", record), css)
    if isinstance(record, Figures) and record.contradictions:
        said = "; ".join(str(CONTRADICTIONS.get(code, UNNAMED).against) for code in record.contradictions)
        return format_html('<span title="{}">{}</span>', said, cell)
    return cell


def write_trend(standing: Standing, record: Record, table: "ComplianceTable") -> Cell:
    """The verified share against a week before, in percentage points, with a sign and an arrow."""
    return difference(standing, table.before(record))


def difference(now: Standing, before: Standing | None) -> Cell:
    """How the verified share has changed."""
    if before is None or before.share is None or now.share is None:
        return format_html('<span class="fig-none" title="{}">–</span>', _("Nothing to compare with a week before."))
    points = round((now.share - before.share) * 100, 1)
    icon, sign = ("minus", "±") if not points else ("arrow-up-right", "+") if points > 0 else ("arrow-down-right", "−")
    css = "same" if not points else "better" if points > 0 else "worse"
    text = f"{sign}{number_with_one(abs(points))}"
    return format_html('<span class="trend trend-{}">{}{}</span>', css, icon_again(icon), text)


def number_with_one(value: float) -> str:
    """With one decimal, as the reader writes it."""
    return percent(value / 100 + 1e-9)[:-1]


def write_rule(code: str) -> Written:
    """Of a facility what it came to; of several how many fail, of how many that were judged."""

    def write(standing: Standing, record: Record, table: "ComplianceTable") -> Cell:
        if not isinstance(record, Figures):
            judged = standing.judged(code)
            if not judged:
                return "–"
            failed = standing.failed.get(code, 0)
            return format_html(
                '{} <span class="of">/ {}</span>', count(failed, table.link(code, record)), number(judged)
            )
        return linked(_result(code, record), table.evidence("facility_rules", record))

    return write


def _result(code: str, record: Figures) -> Cell:
    result = result_of(record, code)
    if result is None:
        return "–"
    word, icon, _hue = RESULTS[result]
    return format_html('<span class="result result-{}">{}{}</span>', result, icon_again(icon), word)
