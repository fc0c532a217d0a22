"""One person: what they can see and why, and whether their account works."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from facilities.access.doors.page import Page, PersonalPage
from facilities.access.reasons import Reach, what_is_reached
from facilities.access.roles import BUNDLES
from facilities.domain.invitations import forget_second_factors, pending
from facilities.domain.people import (
    AccountRefused,
    check_account,
    grants_administered,
    people_administered,
    set_active,
    withdraw_invitation,
)
from facilities.enums import Permission, Role
from facilities.models import RoleGrant, User
from facilities.views.grants import undoable
from facilities.views.people import mail_invitation


@dataclass(frozen=True, slots=True)
class RoleLine:
    """A role with what it gives: at and below its node, and along which mandates beyond."""

    grant: RoleGrant
    ended: bool
    permissions: frozenset[Permission]
    # None where nothing is reached by it: it has ended, or the account is disabled.
    below: Reach | None
    beyond: list[Reach]


class PersonPage(Page):
    """What can this person see, and why? As far as the reader administers it."""

    permissions = {"GET": Permission.ADMINISTER}

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        now = timezone.now()
        someone = get_object_or_404(people_administered(self.person, now), pk=pk)
        grants = grants_administered(self.person, now).filter(user=someone)
        context = {
            "someone": someone,
            "invited": pending(someone),
            "lines": role_lines(someone, grants, now),
            "undo": undoable(request, now),
            "own": someone == self.person,
        }
        return render(request, "facilities/person.html", context)


class MyAccess(PersonalPage):
    """What the reader can see themselves, and why. Of a role that has ended it tells nothing."""

    def get(self, request: HttpRequest) -> HttpResponse:
        now = timezone.now()
        lines = role_lines(self.person, RoleGrant.objects.filter(user=self.person), now)
        lines = [line for line in lines if not line.ended]
        return render(request, "facilities/person_me.html", {"lines": lines})


class PersonAccount(Page):
    """Disabling, enabling, a lost phone, an invitation to send again or to withdraw."""

    permissions = {"GET": Permission.ADMINISTER, "POST": Permission.ADMINISTER}

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._show(request, self._user(pk))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        someone, now = self._user(pk), timezone.now()
        acts = {
            "disable": self._disable,
            "enable": self._enable,
            "forget": self._forget,
            "send": self._send,
            "withdraw": self._withdraw,
        }
        act = acts.get(request.POST.get("act", ""))
        if act is None:
            return self._show(request, someone)
        try:
            act(request, someone, now)
        except ValidationError as refusal:
            return self._show(request, someone, refusal=" ".join(refusal.messages))
        return redirect("person", pk) if act != self._withdraw else redirect("people")

    def _disable(self, request: HttpRequest, someone: User, now: datetime) -> None:
        set_active(actor=self.person, user=someone, active=False, now=now)
        messages.success(request, _("The account is disabled, and logged out everywhere. It can be enabled again."))

    def _enable(self, request: HttpRequest, someone: User, now: datetime) -> None:
        set_active(actor=self.person, user=someone, active=True, now=now)
        messages.success(request, _("The account is enabled."))

    def _forget(self, request: HttpRequest, someone: User, now: datetime) -> None:
        check_account(actor=self.person, user=someone, now=now)
        forget_second_factors(person=someone, actor=self.person, now=now)
        messages.success(request, _("The second factors are removed. The next login asks to set one up."))

    def _send(self, request: HttpRequest, someone: User, now: datetime) -> None:
        del now
        if not pending(someone):
            raise AccountRefused(_("This person has set a password already."))
        if not someone.is_active:
            raise AccountRefused(_("This account is disabled. Enable it first."))
        mail_invitation(request, someone, self.person)

    def _withdraw(self, request: HttpRequest, someone: User, now: datetime) -> None:
        withdraw_invitation(actor=self.person, user=someone, now=now)
        messages.success(request, _("The invitation is withdrawn, and the account deleted."))

    def _user(self, pk: int) -> User:
        return get_object_or_404(people_administered(self.person, timezone.now()), pk=pk)

    def _show(self, request: HttpRequest, someone: User, refusal: str = "") -> HttpResponse:
        if not refusal:
            try:
                check_account(actor=self.person, user=someone, now=timezone.now())
            except AccountRefused as refused:
                refusal = " ".join(refused.messages)
        context: dict[str, Any] = {"someone": someone, "invited": pending(someone), "refusal": refusal}
        return render(request, "facilities/person_account.html", context)


def role_lines(someone: User, grants: Iterable[RoleGrant], now: datetime) -> list[RoleLine]:
    """These of the person's roles with what they give, in the order of the tree, ended ones last. Four queries."""
    shown = {grant.pk for grant in grants}
    reached: dict[int, list[Reach]] = {}
    for line in what_is_reached(someone, now):
        reached.setdefault(line.grant.pk, []).append(line)
    rows = RoleGrant.objects.filter(pk__in=shown).select_related("organisation", "granted_by")
    lines = [_line(grant, reached.get(grant.pk, []), now) for grant in rows.order_by("organisation__path", "role")]
    return sorted(lines, key=lambda line: line.ended)


def _line(grant: RoleGrant, reached: list[Reach], now: datetime) -> RoleLine:
    return RoleLine(
        grant=grant,
        ended=grant.expires_at is not None and grant.expires_at <= now,
        permissions=BUNDLES[Role(grant.role)],
        below=next((each for each in reached if each.mandate is None), None),
        beyond=[each for each in reached if each.mandate is not None],
    )
