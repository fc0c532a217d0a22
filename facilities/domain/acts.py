"""What was done and seen, for those who may read it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from facilities.access.rule import organisations_reached
from facilities.domain.people import grants_administered, people_administered
from facilities.domain.sought import Place, Sought, with_words
from facilities.enums import Permission, Role
from facilities.models import Organisation, Record, RoleGrant, User


def administers_everything(actor: User, now: datetime) -> bool:
    """Whether `actor` administers the whole tree, and so answers also for what hangs on no node of it."""
    roots = Organisation.objects.filter(depth=1)
    reached = organisations_reached(actor, Permission.ADMINISTER, now)
    return roots.filter(pk__in=reached).exists() and not roots.exclude(pk__in=reached).exists()


def acts_readable(actor: User, now: datetime) -> QuerySet[Record]:
    """Records about nodes that `actor` administers, and those about the accounts alone of people administered there.

    Whoever administers the whole tree also reads of names that nobody has, and of nodes that are no more.
    """
    about = answered_for("person_id", actor, now)
    if administers_everything(actor, now):
        return Record.objects.filter(Q(organisation__isnull=False) | Q(person_id__isnull=True) | about)
    here = Q(organisation__in=organisations_reached(actor, Permission.ADMINISTER, now))
    return Record.objects.filter(here | Q(organisation__isnull=True) & about)


def answered_for(field: str, actor: User, now: datetime) -> Q:
    """Where `field` is the id of a person whose account `actor` answers for.

    That is who administers where the person's oldest role is, of those in force: who gives somebody of another province
    a further role neither reads of their logins by it, nor takes them from whom they come from. Of people without any,
    who invited them, or administers where they ever had one: what they did before it was taken stays readable.
    """
    in_force = RoleGrant.objects.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now))
    oldest = in_force.order_by("user_id", "pk").distinct("user_id").values("pk")
    grants: Any = RoleGrant.versions.rel.related_model  # type: ignore[attr-defined] # made by the history
    ever = grants.objects.filter(organisation__in=organisations_reached(actor, Permission.ADMINISTER, now))
    invited = people_administered(actor, now).values("pk")
    without = Q(**{f"{field}__in": invited}) | Q(**{f"{field}__in": ever.values("user_id")})
    first = grants_administered(actor, now).filter(pk__in=oldest).values("user")
    return Q(**{f"{field}__in": first}) | without & ~Q(**{f"{field}__in": in_force.values("user")})


def acts(actor: User, sought: Sought, now: datetime) -> QuerySet[Record]:
    """Those of the readable records that are looked for, the newest first."""
    start, end = sought.span
    rows = acts_readable(actor, now).filter(at__gte=start, at__lt=end)
    if sought.kind:
        rows = rows.filter(action=sought.kind)
    if sought.camera is not None:
        rows = rows.filter(detail__cameras__contains=[sought.camera])
    return with_words(rows, sought.words, "person", "subject").select_related("organisation").order_by("-at", "-pk")


def after(rows: QuerySet[Record], place: Place | None) -> QuerySet[Record]:
    """The rows that come after that place, by the index on time and key; all without one."""
    if place is None:
        return rows
    return rows.filter(at__lte=place.at).filter(Q(at__lt=place.at) | Q(pk__lt=place.pk))


@dataclass(frozen=True, slots=True)
class Act:
    """One record as a line on the page."""

    at: datetime
    action: str
    act: str
    person: str
    person_id: int | None
    subject: str
    organisation: str
    organisation_id: int | None
    detail: str
    address: str
    request: str


def told(rows: Iterable[Record]) -> Iterable[Act]:
    """The records in the reader's words."""
    for row in rows:
        yield Act(
            at=row.at,
            action=row.action,
            act=str(row.get_action_display()),
            person=row.person,
            person_id=row.person_id,
            subject=row.subject,
            organisation=str(row.organisation) if row.organisation else "",
            organisation_id=row.organisation_id if row.organisation else None,
            detail=_detail(row.detail),
            address=row.address or "",
            request=row.request,
        )


def _detail(detail: dict[str, Any]) -> str:
    """What of the details says something to people."""
    parts: list[str] = []
    if cameras := detail.get("cameras"):
        parts.append(ngettext("%(count)d camera", "%(count)d cameras", len(cameras)) % {"count": len(cameras)})
    if (role := detail.get("role")) in Role.values:
        parts.append(str(Role(role).label))
    if detail.get("what") == "code":
        parts.append(_("wrong code"))
    if detail.get("more"):
        parts.append(_("more followed within the minute, not listed"))
    if detail.get("by") == "link":
        parts.append(_("by a link in a mail"))
    return ", ".join(parts)
