"""The list of rounds of reminders, and of the facilities of one."""

from datetime import timedelta
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from facilities.domain.reminders_told import ReminderLine, RoundLine

_NAME = {"th": {"class": "name", "scope": "col"}, "td": {"class": "name"}}
_REST = {"th": {"class": "rest", "scope": "col"}, "td": {"class": "rest"}}
_NUMBER = {"th": {"class": "number", "scope": "col"}, "td": {"class": "number"}}
_REST_NUMBER = {"th": {"class": "number rest", "scope": "col"}, "td": {"class": "number rest"}}
_SHOWN = 90


class RoundsTable(tables.Table):  # type: ignore[misc] # django-tables2 is untyped
    """Who reminded how many of what, how many have seen it, and how many reported since."""

    sent_at = tables.Column(verbose_name=_("Sent"), attrs=_NAME, initial_sort_descending=True)
    body = tables.Column(verbose_name=_("In the name of"), attrs=_REST)
    text = tables.Column(verbose_name=_("Text"), accessor="reminding__text", attrs=_REST, orderable=False)
    count = tables.Column(verbose_name=_("Facilities"), attrs=_NUMBER, initial_sort_descending=True)
    seen = tables.Column(verbose_name=_("Seen"), attrs=_NUMBER, order_by=("unseen",), initial_sort_descending=True)
    followed = tables.Column(
        verbose_name=_("Reported since"), attrs=_NUMBER, order_by=("silent",), initial_sort_descending=True
    )

    class Meta:
        attrs = {"class": "table figures rounds"}

    def render_sent_at(self, record: RoundLine) -> SafeString:
        """When; and on a phone in whose name, and how."""
        return format_html(
            '<a href="{}">{}</a> <span class="mark">{}</span><small class="narrow">{}</small>',
            reverse("reminding", args=[record.reminding.pk]),
            f"{timezone.localtime(record.sent_at):%H:%M %d/%m/%Y}",
            _("By hand") if record.reminding.rule_id is None else _("By rule"),
            record.body,
        )

    def render_text(self, value: str) -> str:
        return value if len(value) <= _SHOWN else f"{value[:_SHOWN].rstrip()}…"

    def render_count(self, value: int) -> str:
        return number_format(value, force_grouping=True)

    def render_seen(self, record: RoundLine) -> SafeString | str:
        return _part(record.seen, record.count, record.reminding.pk, "unseen")

    def render_followed(self, record: RoundLine) -> SafeString | str:
        return _part(record.followed, record.count, record.reminding.pk, "silent")


def _part(some: int, count: int, pk: int, state: str) -> SafeString | str:
    """So many of all; where some are missing a link to those."""
    if not count:
        return "–"
    if some == count:
        return number_format(some, force_grouping=True)
    url = reverse("reminding", args=[pk], query={"state": state})
    return format_html('<a href="{}">{}</a>', url, number_format(some, force_grouping=True))


class RoundTable(tables.Table):  # type: ignore[misc] # django-tables2 is untyped
    """Whom a round reached: seen by whom, and what followed after how long."""

    name = tables.Column(verbose_name=_("Facility"), attrs=_NAME)
    seen_at = tables.Column(verbose_name=_("Seen"), empty_values=())
    seen_by = tables.Column(verbose_name=_("Seen by"), attrs=_REST, default="–", orderable=False)
    followed = tables.Column(verbose_name=_("What followed"), attrs=_REST, empty_values=(), orderable=False)
    delay = tables.Column(verbose_name=_("After"), empty_values=())

    class Meta:
        attrs = {"class": "table figures round"}

    def render_name(self, record: ReminderLine) -> SafeString:
        """The facility; and on a phone what followed."""
        return format_html(
            '<a href="{}">{}</a><small class="narrow">{}</small>',
            reverse("facility", args=[record.facility.pk]),
            record.facility,
            record.followed.what if record.followed else "",
        )

    def render_seen_at(self, value: Any) -> SafeString | str:  # noqa: ANN401 - a moment, or none
        if value is None:
            return format_html('<span class="waits">{}</span>', _("Not seen yet"))
        return f"{timezone.localtime(value):%H:%M %d/%m/%Y}"

    def render_followed(self, record: ReminderLine) -> SafeString | str:
        if record.followed is None:
            return "–"
        at = f"{timezone.localtime(record.followed.at):%H:%M %d/%m/%Y}"
        return format_html("{}<small>{}</small>", record.followed.what, at)

    def render_delay(self, record: ReminderLine) -> SafeString | str:
        if record.followed is None:
            return format_html('<span class="waits">{}</span>', _("Nothing followed"))
        return in_words(record.followed.delay)


def in_words(delay: timedelta) -> str:
    """How long something took, in its largest unit: "3 days", "5 hours", "20 minutes"."""
    minutes = int(delay.total_seconds() // 60)
    if minutes < 60:  # noqa: PLR2004 - an hour
        return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    hours = minutes // 60
    if hours < 48:  # noqa: PLR2004 - below two days the hours say more
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    return ngettext("%(count)d day", "%(count)d days", hours // 24) % {"count": hours // 24}
