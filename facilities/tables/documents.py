"""The register of documents, and who of the recipients of one has read it."""

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from facilities.enums import Urgency
from facilities.models import Document, Recipient

_REST = {"th": {"class": "rest", "scope": "col"}, "td": {"class": "rest"}}
_NAME = {"th": {"class": "name", "scope": "col"}, "td": {"class": "name"}}
_UNREAD = '<span class="mark mark-wait">{}</span>'


def urgency_mark(urgency: str) -> SafeString | str:
    """How fast it must travel, where it must travel fast."""
    if not urgency:
        return ""
    return format_html('<span class="mark urgency-{}">{}</span>', urgency, Urgency(urgency).label)


class DocumentTable(tables.Table):  # type: ignore[misc] # django-tables2 is untyped
    """One row a document. `tell` gives, for the rows of the page, which wait for the reader and how many have read."""

    written = tables.Column(verbose_name=_("Document"), attrs=_NAME, order_by=("number", "symbol"))
    agency = tables.Column(verbose_name=_("Issuing agency"), attrs=_REST)
    issued_on = tables.DateColumn(verbose_name=_("Date"), format="d/m/Y", initial_sort_descending=True)
    due_on = tables.DateColumn(verbose_name=_("To be done by"), format="d/m/Y", attrs=_REST, default="–")
    direction = tables.Column(verbose_name=_("Direction"), attrs=_REST)
    read = tables.Column(verbose_name=_("Read"), accessor="pk", orderable=False, empty_values=())

    class Meta:
        attrs = {"class": "table figures documents"}

    def __init__(self, rows: Any) -> None:  # noqa: ANN401 - a queryset or a list of its rows
        self.waiting: set[int] = set()
        self.counts: dict[int, tuple[int, int]] = {}
        super().__init__(rows)

    def tell(self, *, waiting: set[int], counts: dict[int, tuple[int, int]]) -> None:
        """What the rows of the page say of reading: `counts` are how many have read, of how many."""
        self.waiting, self.counts = waiting, counts

    def render_written(self, record: Document) -> SafeString:
        """Its number, and what it is about."""
        return format_html(
            '<a href="{}">{}</a> {}<small>{}</small><small class="narrow">{}</small>',
            reverse("document", args=[record.pk]),
            record.written,
            urgency_mark(record.urgency),
            record.subject,
            record.agency,
        )

    def render_direction(self, record: Document) -> str:
        return str(record.get_direction_display())

    def render_read(self, record: Document) -> SafeString | str:
        """That it waits for the reader, or how many of the recipients whom they see have read it."""
        if record.pk in self.waiting:
            return format_html(_UNREAD, _("Not read"))
        if record.pk not in self.counts:
            return "–"
        read, sent = self.counts[record.pk]
        text = f"{number_format(read, force_grouping=True)}/{number_format(sent, force_grouping=True)}"
        return format_html('<a href="{}#recipients">{}</a>', reverse("document", args=[record.pk]), text)


class RecipientTable(tables.Table):  # type: ignore[misc] # django-tables2 is untyped
    """One row a recipient. `named` are the bodies of whose people the viewer may read, `reached` those they know of."""

    organisation = tables.Column(verbose_name=_("Recipient"), attrs=_NAME, order_by="organisation__path")
    kind = tables.Column(verbose_name=_("Kind"), accessor="organisation__kind", attrs=_REST)
    sent_at = tables.Column(verbose_name=_("Sent"), attrs=_REST)
    sent_from = tables.Column(verbose_name=_("Passed on by"), attrs=_REST, order_by="sent_from__path", empty_values=())
    acknowledged_at = tables.Column(verbose_name=_("Read"), empty_values=())

    class Meta:
        attrs = {"class": "table figures recipients"}

    def __init__(self, rows: Any, *, named: set[int], reached: set[int]) -> None:  # noqa: ANN401 - a queryset or a list
        self.named, self.reached = named, reached
        super().__init__(rows)

    def render_organisation(self, record: Recipient) -> SafeString:
        return format_html(
            '<a href="{}">{}</a>', reverse("organisation", args=[record.organisation_id]), record.organisation
        )

    def render_kind(self, record: Recipient) -> str:
        return str(record.organisation.get_kind_display())

    def render_sent_at(self, record: Recipient) -> str:
        return _moment(record.sent_at)

    def render_sent_from(self, record: Recipient) -> str:
        return str(record.sent_from) if record.sent_from_id in self.reached else "–"

    def render_acknowledged_at(self, record: Recipient) -> SafeString | str:
        if record.acknowledged_at is None:
            return format_html(_UNREAD, _("Not read"))
        who = record.acknowledged_by if record.organisation_id in self.named else ""
        return format_html("{}<small>{}</small>", _moment(record.acknowledged_at), who or "")


def _moment(at: Any) -> str:  # noqa: ANN401 - a datetime
    return date_format(localtime(at), "H:i d/m/Y")
