"""The list of deadlines: by when, what, where, and according to which document."""

from collections.abc import Iterable
from datetime import date

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from facilities.domain.placing import shown
from facilities.enums import Bound, Sector
from facilities.models import Deadline

_REST = {"th": {"class": "rest", "scope": "col"}, "td": {"class": "rest"}}
_NAME = {"th": {"class": "name", "scope": "col"}, "td": {"class": "name"}}


def days_left(last_day: date, today: date) -> str:
    """How many days are left, or have passed."""
    days = (last_day - today).days
    if days < 0:
        return ngettext("%(days)d day past", "%(days)d days past", -days) % {"days": -days}
    if days == 0:
        return str(_("Today is the last day"))
    return ngettext("%(days)d day left", "%(days)d days left", days) % {"days": days}


def worded(day: date, bound: str) -> str:
    """As the document says it."""
    text = _("before %(day)s") if bound == Bound.BEFORE else _("by %(day)s")
    return str(text % {"day": shown(day)})


def in_words(sectors: Iterable[str]) -> str:
    """The sectors that a deadline binds; none named are all, and so are all that there are."""
    named = [Sector(sector) for sector in sectors]
    if set(named) == set(Sector):
        named = []
    return ", ".join(str(sector.label) for sector in named) or str(_("All sectors"))


class DeadlineTable(tables.Table):  # type: ignore[misc] # django-tables2 is untyped
    """One row a deadline. `own` are those that the reader may revise, `readable` the documents that they see.

    `later` gives, for each that was superseded, the last good day that holds instead.
    """

    milestone = tables.Column(verbose_name=_("To be reached"), attrs=_NAME)
    last_day = tables.Column(verbose_name=_("Last good day"))
    area = tables.Column(verbose_name=_("Area"), attrs=_REST, empty_values=(), orderable=False)
    sectors = tables.Column(verbose_name=_("Sectors"), attrs=_REST, empty_values=(), orderable=False)
    document = tables.Column(verbose_name=_("Document"), attrs=_REST, order_by="document__written")
    state = tables.Column(verbose_name=_("State"), accessor="pk", orderable=False)

    class Meta:
        attrs = {"class": "table figures deadlines"}

    def __init__(
        self, rows: list[Deadline], *, own: set[int], readable: set[int], later: dict[int, date], today: date
    ) -> None:
        self.own, self.readable, self.later, self.today = own, readable, later, today
        super().__init__(rows)

    def render_milestone(self, record: Deadline) -> SafeString:
        note = format_html("<small>{}</small>", record.note) if record.note else ""
        return format_html(
            '<b>{}</b><small class="narrow">{}<br>{}</small>{}',
            record.get_milestone_display(),
            self.render_area(record),
            self._source(record),
            note,
        )

    def render_last_day(self, record: Deadline) -> SafeString:
        return format_html("{}<small>{}</small>", shown(record.last_day), worded(record.day, record.bound))

    def render_area(self, record: Deadline) -> str:
        return str(record.area or _("The whole country"))

    def render_sectors(self, record: Deadline) -> str:
        return in_words(record.sectors)

    def render_document(self, record: Deadline) -> SafeString | str:
        return self._source(record)

    def render_state(self, record: Deadline) -> SafeString:
        """How many days are left, or what took its place; and the way to revise it, for whom that is open."""
        if record.pk in self.later:
            text = _("Superseded: now %(day)s") % {"day": shown(self.later[record.pk])}
            return format_html('<span class="mark mark-off">{}</span>', text)
        css = "mark mark-wait" if record.last_day < self.today else "mark mark-left"
        mark = format_html('<span class="{}">{}</span>', css, days_left(record.last_day, self.today))
        if record.pk not in self.own:
            return mark
        url = reverse("deadline_revise", args=[record.pk])
        return format_html('{} <a class="revise" href="{}">{}</a>', mark, url, _("Revise"))

    def _source(self, record: Deadline) -> SafeString | str:
        """The document: a link for who may read it; its number is told to all whom the deadline binds."""
        if record.document_id not in self.readable:
            return record.document.written
        return format_html(
            '<a href="{}">{}</a>', reverse("document", args=[record.document_id]), record.document.written
        )
