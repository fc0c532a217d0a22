"""The table of people: who they are, what they may do where, until when."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import django_tables2 as tables
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from facilities.domain.access_words import last_moment
from facilities.domain.folding import fold
from facilities.models import RoleGrant

_REST = {"th": {"class": "rest", "scope": "col"}, "td": {"class": "rest"}}
_NAME = {"th": {"class": "name", "scope": "col"}, "td": {"class": "name"}}
_PLAIN = {"th": {"scope": "col"}}


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody with what the table can be sorted by."""

    pk: int
    name: str
    title: str
    email: str
    active: bool
    invited: bool
    last_login: datetime | None
    # When the first of their roles ends.
    ends: datetime | None

    @property
    def order(self) -> tuple[str, str]:
        """By given name, which stands last, as lists of people are kept."""
        folded = fold(self.name)
        return folded.rpartition(" ")[2], folded

    @property
    def ends_order(self) -> tuple[bool, float]:
        """The first to end on top, what does not end last."""
        return self.ends is None, self.ends.timestamp() if self.ends else 0.0

    @property
    def login_order(self) -> float:
        """Those who never logged in first."""
        return self.last_login.timestamp() if self.last_login else 0.0


class PeopleTable(tables.Table):  # type: ignore[misc] # django-tables2 is untyped
    """One row a person. On a phone the name and the roles; the rest is on the person's page."""

    name = tables.Column(verbose_name=_("Person"), order_by="order", attrs=_NAME)
    roles = tables.Column(verbose_name=_("Roles"), empty_values=(), orderable=False, attrs=_PLAIN)
    ends = tables.Column(verbose_name=_("First end"), order_by="ends_order", attrs=_REST, default="–")
    last_login = tables.Column(verbose_name=_("Last login"), order_by="login_order", attrs=_REST, default=_("never"))

    class Meta:
        attrs = {"class": "table figures people"}
        order_by = "name"

    def __init__(self, rows: list[PersonRow], *, grants: QuerySet[RoleGrant], now: datetime) -> None:
        self.grants, self.now = grants, now
        super().__init__(rows)

    @cached_property
    def roles_by_person(self) -> dict[int, list[RoleGrant]]:
        """The roles of the people on this page; one query."""
        found: dict[int, list[RoleGrant]] = defaultdict(list)
        shown = [row.record.pk for row in self.paginated_rows]
        rows = self.grants.filter(user__in=shown).select_related("organisation")
        for grant in rows.order_by("organisation__path", "role"):
            found[grant.user_id].append(grant)
        return found

    def render_name(self, value: str, record: PersonRow) -> SafeString:
        marks = []
        if not record.active:
            marks.append(("mark-off", _("Disabled")))
        elif record.invited:
            marks.append(("mark-wait", _("Invitation pending")))
        return format_html(
            '<a href="{}">{}</a>{}<small>{}</small>',
            reverse("person", args=[record.pk]),
            value,
            format_html_join("", ' <span class="mark {}">{}</span>', marks),
            " · ".join(part for part in (record.title, record.email) if part),
        )

    def render_roles(self, record: PersonRow) -> SafeString:
        grants = self.roles_by_person[record.pk]
        if not grants:
            return format_html('<span class="quiet">{}</span>', _("no role here"))
        return format_html('<ul class="plain">{}</ul>', format_html_join("", "<li>{}</li>", map(self._role, grants)))

    def render_last_login(self, value: datetime) -> str:
        return f"{timezone.localtime(value):%H:%M %d/%m/%Y}"

    def render_ends(self, value: datetime) -> str:
        return last_moment(value)

    def _role(self, grant: RoleGrant) -> tuple[SafeString]:
        until: SafeString | str = ""
        if grant.expires_at is not None:
            over = grant.expires_at <= self.now
            words = _("ended %(time)s") if over else _("until %(time)s")
            css = "mark mark-off" if over else "quiet"
            until = format_html(' <span class="{}">{}</span>', css, words % {"time": last_moment(grant.expires_at)})
        role = format_html("<b>{}</b> · {}{}", grant.get_role_display(), grant.organisation, until)
        return (role,)
