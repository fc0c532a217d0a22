"""The claims that wait for the sink's answer."""

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from facilities.domain.connections import Claim
from facilities.domain.placing import shown

_NAME = {"th": {"class": "name", "scope": "col"}, "td": {"class": "name"}}
_REST = {"th": {"class": "rest", "scope": "col"}, "td": {"class": "rest"}}


class ClaimsTable(tables.Table):  # type: ignore[misc] # django-tables2 is untyped
    """One row a claim, the longest waiting first; ticked ones are confirmed together."""

    tick = tables.Column(verbose_name=_("Choose"), accessor="facility__pk", orderable=False, empty_values=())
    facility = tables.Column(verbose_name=_("Facility"), attrs=_NAME, order_by=("facility__organisation__name",))
    sink = tables.Column(verbose_name=_("System"), attrs=_REST)
    province = tables.Column(verbose_name=_("Province or city"), accessor="facility__province", attrs=_REST)
    on = tables.Column(verbose_name=_("Claimed since"), attrs=_REST)
    days = tables.Column(verbose_name=_("Waiting"), order_by=("claimed_at",), attrs={"td": {"class": "nowrap"}})
    act = tables.Column(verbose_name=_("Answer"), accessor="facility__pk", orderable=False, attrs=_REST)

    class Meta:
        attrs = {"class": "table figures claims"}

    def render_tick(self, record: Claim) -> SafeString:
        label = _("Choose %(sink)s of %(facility)s") % {"sink": record.sink.label, "facility": record.facility}
        box = '<input class="form-check-input" type="checkbox" name="claim" value="{}:{}" aria-label="{}">'
        return format_html(f'<label class="tick">{box}</label>', record.facility.pk, record.sink.value, label)

    def render_facility(self, value: Any, record: Claim) -> SafeString:  # noqa: ANN401 - a facility
        """Its connections; and on a phone the system, the province and the way to answer."""
        answer = _answer_url(record)
        return format_html(
            '<a href="{}">{}</a><small class="narrow">{} · {}<br><a href="{}">{}</a></small>',
            reverse("connections_of_facility", args=[record.facility.pk]),
            value,
            record.sink.label,
            record.facility.province,
            answer,
            _("Deny or confirm…"),
        )

    def render_sink(self, record: Claim) -> str:
        return str(record.sink.label)

    def render_on(self, record: Claim) -> str:
        return shown(record.on)

    def render_days(self, value: int) -> str:
        return ngettext("%(count)d day", "%(count)d days", value) % {"count": value} if value else str(_("since today"))

    def render_act(self, record: Claim) -> SafeString:
        return format_html('<a href="{}">{}</a>', _answer_url(record), _("Deny or confirm…"))


def _answer_url(record: Claim) -> str:
    return reverse("connection_answer", args=[record.facility.pk], query={"sink": record.sink.value})
