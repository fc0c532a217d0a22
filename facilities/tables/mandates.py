"""The list of mandates."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from facilities.models import Mandate

_REST = {"th": {"class": "rest", "scope": "col"}, "td": {"class": "rest"}}
_NAME = {"th": {"class": "name", "scope": "col"}, "td": {"class": "name"}}


class MandateTable(tables.Table):  # type: ignore[misc] # django-tables2 is untyped
    """Who oversees what; `own` are the ids of those that the reader may end."""

    organisation = tables.Column(verbose_name=_("Body"), attrs=_NAME, order_by="organisation__path")
    function = tables.Column(verbose_name=_("Function"))
    area = tables.Column(verbose_name=_("Area"), empty_values=(), orderable=False)
    sectors = tables.Column(verbose_name=_("Sectors"), attrs=_REST, orderable=False)
    valid_from = tables.DateColumn(verbose_name=_("From"), format="d/m/Y", attrs=_REST)
    valid_to = tables.DateColumn(verbose_name=_("Last day"), format="d/m/Y", attrs=_REST, default="–")
    basis = tables.Column(verbose_name=_("Legal basis"), attrs=_REST, default="–")
    act = tables.Column(verbose_name="", orderable=False, empty_values=(), accessor="pk")

    class Meta:
        attrs = {"class": "table figures mandates"}

    def __init__(self, rows: list[Mandate], *, own: set[int]) -> None:
        self.own = own
        super().__init__(rows)

    def render_organisation(self, record: Mandate) -> SafeString:
        """The holder, and on a phone what has no room beside it."""
        return format_html(
            '<a href="{}">{}</a><small class="narrow">{}</small>',
            reverse("organisation", args=[record.organisation_id]),
            record.organisation,
            ", ".join(record.sector_names),
        )

    def render_area(self, record: Mandate) -> str:
        return str(record.area or _("The whole country"))

    def render_sectors(self, record: Mandate) -> str:
        return ", ".join(record.sector_names)

    def render_act(self, record: Mandate) -> SafeString | str:
        """The way to end it, for whom that is open."""
        if record.pk not in self.own:
            return ""
        return format_html('<a href="{}">{}</a>', reverse("mandate_end", args=[record.pk]), _("End it"))
