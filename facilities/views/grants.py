"""Giving a role, changing its end, taking it away and giving it back."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from facilities.access.delegation import (
    GrantRefused,
    check_grant,
    check_revocation,
    give_role,
    grantable_roles,
    take_role,
)
from facilities.access.doors.page import Page
from facilities.access.reasons import what_is_reached
from facilities.access.roles import BUNDLES
from facilities.domain.people import grants_administered, opening, people_administered
from facilities.enums import Permission, Role
from facilities.forms.people import EndForm, RoleForm
from facilities.models import Organisation, RoleGrant, User
from facilities.views.organisation_choice import chosen_organisation, organisation_chooser

# In the session: the role that was taken away last, and how long it can be given back by one click.
TAKEN = "role_taken"
UNDO_WITHIN = timedelta(minutes=15)


class RoleGiving(Page):
    """Gives somebody a role: choose the body, then the role and its end, then confirm what it will open."""

    permissions = {"GET": Permission.ADMINISTER, "POST": Permission.ADMINISTER}

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        user = self._user(pk)
        organisation = chosen_organisation(self, request.GET)
        if organisation is None:
            return self._show(request, user, organisation_chooser(self, request))
        form = RoleForm(grantable=grantable_roles(self.person, organisation, timezone.now()))
        return self._show(request, user, {"form": form, "organisation": organisation})

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        user, now = self._user(pk), timezone.now()
        organisation = chosen_organisation(self, request.POST)
        if organisation is None:
            return self._show(request, user, organisation_chooser(self, request))
        form = RoleForm(request.POST, grantable=grantable_roles(self.person, organisation, now))
        context: dict[str, Any] = {"form": form, "organisation": organisation}
        if "back" in request.POST or not form.is_valid():
            return self._show(request, user, context)
        role: Role = form.cleaned_data["role"]
        asked: dict[str, Any] = {
            "actor": self.person,
            "user": user,
            "role": role,
            "organisation": organisation,
            "expires_at": form.expires_at,
            "now": now,
        }
        try:
            if "confirmed" in request.POST:
                give_role(**asked)
                messages.success(request, _("%(person)s has the role now.") % {"person": user})
                return redirect("person", user.pk)
            check_grant(**asked)
        except GrantRefused as refusal:
            form.tell(refusal)
            return self._show(request, user, context)
        context |= {"confirm": True, **outcome(role, organisation, now)}
        return self._show(request, user, context)

    def _user(self, pk: int) -> User:
        return get_object_or_404(people_administered(self.person, timezone.now()), pk=pk)

    def _show(self, request: HttpRequest, user: User, context: dict[str, Any]) -> HttpResponse:
        return render(request, "facilities/grant_new.html", {"someone": user, **context})


class RoleEnd(Page):
    """Moves the end of a role: the same as giving it again."""

    permissions = {"GET": Permission.ADMINISTER, "POST": Permission.ADMINISTER}

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        grant = _grant(self.person, pk)
        return self._show(request, grant, EndForm(ends=grant.expires_at))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        grant = _grant(self.person, pk)
        form = EndForm(request.POST)
        if form.is_valid():
            try:
                give_role(
                    actor=self.person,
                    user=grant.user,
                    role=Role(grant.role),
                    organisation=grant.organisation,
                    expires_at=form.expires_at,
                    now=timezone.now(),
                )
            except GrantRefused as refusal:
                form.tell(refusal)
            else:
                messages.success(request, _("The role has its new end."))
                return redirect("person", grant.user_id)
        return self._show(request, grant, form)

    def _show(self, request: HttpRequest, grant: RoleGrant, form: EndForm) -> HttpResponse:
        return render(request, "facilities/grant_end.html", {"grant": grant, "someone": grant.user, "form": form})


class RoleTaking(Page):
    """Takes a role away, after saying what goes with it."""

    permissions = {"GET": Permission.ADMINISTER, "POST": Permission.ADMINISTER}

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._show(request, _grant(self.person, pk))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        taken = request.session.get(TAKEN, {})
        try:
            grant = _grant(self.person, pk)
        except Http404:
            if taken.get("grant") == pk:
                # The form was sent twice.
                return redirect("people")
            raise
        now = timezone.now()
        try:
            take_role(actor=self.person, grant=grant, now=now)
        except GrantRefused:
            return self._show(request, grant)
        request.session[TAKEN] = {
            "grant": pk,
            "user": grant.user_id,
            "role": grant.role,
            "organisation": grant.organisation_id,
            "expires_at": grant.expires_at.isoformat() if grant.expires_at else "",
            "at": now.isoformat(),
        }
        messages.success(request, _("The role was taken away. It no longer counts, on open pages either."))
        return _back_to(self.person, grant.user_id, now)

    def _show(self, request: HttpRequest, grant: RoleGrant) -> HttpResponse:
        now = timezone.now()
        refusal = ""
        try:
            check_revocation(actor=self.person, grant=grant, now=now)
        except GrantRefused as refused:
            refusal = " ".join(refused.messages)
        context = {
            "grant": grant,
            "someone": grant.user,
            "permissions": BUNDLES[Role(grant.role)],
            "lines": [line for line in what_is_reached(grant.user, now) if line.grant == grant],
            "others": grants_administered(self.person, now).filter(user=grant.user).exclude(pk=grant.pk).count(),
            "refusal": refusal,
        }
        return render(request, "facilities/grant_revoke.html", context)


class RoleReturn(Page):
    """Gives back the role that was taken away last, for a while."""

    permissions = {"POST": Permission.ADMINISTER}

    def post(self, request: HttpRequest) -> HttpResponse:
        now = timezone.now()
        taken = undoable(request, now)
        if taken is None:
            messages.info(request, _("There is nothing to undo any more."))
            return redirect("people")
        try:
            organisation = Organisation.objects.get(pk=taken["organisation"])
            give_role(
                actor=self.person,
                user=User.objects.get(pk=taken["user"]),
                role=Role(taken["role"]),
                organisation=organisation,
                expires_at=parse_datetime(taken["expires_at"]) if taken["expires_at"] else None,
                now=now,
            )
        except (ValidationError, User.DoesNotExist, Organisation.DoesNotExist) as refusal:
            reasons = refusal.messages if isinstance(refusal, ValidationError) else []
            messages.error(request, " ".join([_("The role was not given back."), *reasons]))
        else:
            messages.success(request, _("The role was given back."))
        request.session.pop(TAKEN, None)
        return _back_to(self.person, taken["user"], now)


def outcome(role: Role, organisation: Organisation, now: datetime) -> dict[str, Any]:
    """What the template says about a role before it is given."""
    return {"role": role, "permissions": BUNDLES[role], "opening": opening(role, organisation, now)}


def undoable(request: HttpRequest, now: datetime) -> dict[str, Any] | None:
    """The role that this session took away last, as long as one click gives it back."""
    taken: dict[str, Any] | None = request.session.get(TAKEN)
    at = parse_datetime(taken["at"]) if taken else None
    return taken if at is not None and now - at < UNDO_WITHIN else None


def _grant(actor: User, pk: int) -> RoleGrant:
    rows = grants_administered(actor, timezone.now()).select_related("user", "organisation", "granted_by")
    return get_object_or_404(rows, pk=pk)


def _back_to(actor: User, user_id: int, now: datetime) -> HttpResponse:
    """To the person's page, if there is still something to see."""
    if people_administered(actor, now).filter(pk=user_id).exists():
        return redirect("person", user_id)
    return redirect("people")
