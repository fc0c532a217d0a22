"""The administrator's first page: who can see what, whom to remind, what changed. And inviting."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Min, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tables2 import RequestConfig

from facilities.access.delegation import check_grant, give_role, grantable_roles
from facilities.access.doors.page import Page
from facilities.domain.folding import matches
from facilities.domain.invitations import invite, pending, send_invitation
from facilities.domain.people import INVITED, SOON, grants_administered, people_administered
from facilities.enums import Permission, RecordedAction, Role
from facilities.forms.people import InvitationForm, PeopleFilter, PersonState
from facilities.models import Organisation, Record, RoleGrant, User
from facilities.tables.people import PeopleTable, PersonRow
from facilities.views.grants import outcome, undoable
from facilities.views.organisation_choice import chosen_organisation, organisation_chooser

PEOPLE_A_PAGE = 50
CHANGES_SHOWN = 5
CHANGES = (
    RecordedAction.ROLE_GRANTED,
    RecordedAction.ROLE_REVOKED,
    RecordedAction.ACCOUNT_DISABLED,
    RecordedAction.ACCOUNT_ENABLED,
)


class People(Page):
    """Everybody with a role where the person administers; with a number, at and below that body."""

    permissions = {"GET": Permission.ADMINISTER}

    def get(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        now = timezone.now()
        bodies = self.visible(Organisation.objects.all())
        body = get_object_or_404(bodies, pk=pk) if pk is not None else None
        grants = grants_administered(self.person, now)
        people = people_administered(self.person, now)
        if body is not None:
            grants = grants.filter(organisation__path__gte=body.path, organisation__path__lt=f"{body.path}~")
            people = people.filter(pk__in=grants.values("user"))
        chosen = PeopleFilter(request.GET)
        rows = _rows(people, grants, chosen, now)
        table = PeopleTable(rows, grants=grants, now=now)
        RequestConfig(request, paginate={"per_page": PEOPLE_A_PAGE, "silent": True}).configure(table)
        context = {
            "body": body,
            "administers": bool(rows) or bodies.exists(),
            "filter": chosen,
            "table": table,
            "found": len(rows),
            "counts": _counts(people, grants, now),
            "changes": _changes(self.visible(Record.objects.all())),
            "undo": undoable(request, now),
            "here": request.path,
        }
        return render(request, "facilities/people.html", context)


class Invitation(Page):
    """Invites somebody with a first role: choose the body, fill in, confirm. Who has an account gets the role alone."""

    permissions = {"GET": Permission.ADMINISTER, "POST": Permission.ADMINISTER}

    def get(self, request: HttpRequest) -> HttpResponse:
        organisation = chosen_organisation(self, request.GET)
        if organisation is None:
            return self._show(request, organisation_chooser(self, request))
        form = InvitationForm(grantable=grantable_roles(self.person, organisation, timezone.now()))
        return self._show(request, {"form": form, "organisation": organisation})

    def post(self, request: HttpRequest) -> HttpResponse:
        organisation = chosen_organisation(self, request.POST)
        if organisation is None:
            return self._show(request, organisation_chooser(self, request))
        now = timezone.now()
        form = InvitationForm(request.POST, grantable=grantable_roles(self.person, organisation, now))
        context: dict[str, Any] = {"form": form, "organisation": organisation}
        if "back" in request.POST or not form.is_valid():
            return self._show(request, context)
        known = form.account()
        try:
            if "confirmed" in request.POST:
                return self._done(request, form, organisation, known, now)
            newcomer = User(full_name=form.cleaned_data["full_name"])
            _checked(self.person, known or newcomer, form, organisation, now)
        except ValidationError as refusal:
            form.tell(refusal)
            return self._show(request, context)
        role: Role = form.cleaned_data["role"]
        context |= {"confirm": True, "known": known, **outcome(role, organisation, now)}
        return self._show(request, context)

    def _done(
        self, request: HttpRequest, form: InvitationForm, organisation: Organisation, known: User | None, now: datetime
    ) -> HttpResponse:
        given = form.cleaned_data
        with transaction.atomic():
            person = known or invite(
                email=given["email"],
                full_name=given["full_name"],
                title=given["title"],
                phone=given["phone"],
                actor=self.person,
                now=now,
            )
            give_role(
                actor=self.person,
                user=person,
                role=given["role"],
                organisation=organisation,
                expires_at=form.expires_at,
                now=now,
            )
        if pending(person):
            mail_invitation(request, person, self.person)
        else:
            messages.success(request, _("%(person)s has the role now.") % {"person": person})
        return redirect("person", person.pk)

    def _show(self, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
        return render(request, "facilities/person_invite.html", context)


def mail_invitation(request: HttpRequest, person: User, actor: User) -> None:
    """Send the invitation and say whether it went."""
    try:
        send_invitation(person, base_url=request.build_absolute_uri("/"), actor=actor)
    except OSError:
        messages.error(
            request, _("The account is there, but the mail server did not take the invitation. Send it again later.")
        )
    else:
        messages.success(request, _("The invitation was sent to %(email)s.") % {"email": person.email})


def _checked(actor: User, user: User, form: InvitationForm, organisation: Organisation, now: datetime) -> None:
    check_grant(
        actor=actor,
        user=user,
        role=form.cleaned_data["role"],
        organisation=organisation,
        expires_at=form.expires_at,
        now=now,
    )


def _rows(people: QuerySet[User], grants: QuerySet[RoleGrant], chosen: PeopleFilter, now: datetime) -> list[PersonRow]:
    """The people that the filter leaves. Names are searched here: PostgreSQL alone cannot ignore accents."""
    if role := chosen.chosen("role"):
        people = people.filter(pk__in=grants.filter(role=role).values("user"))
    if where := chosen.chosen("where"):
        named = grants.values_list("organisation", "organisation__name", "organisation__name_en").distinct()
        fitting = [pk for pk, *names in named if matches(where, *names)]
        people = people.filter(pk__in=grants.filter(organisation__in=fitting).values("user"))
    people = people.filter(_in_state(chosen.chosen("state"), grants, now))
    ends = Min(
        "role_grants__expires_at",
        filter=Q(role_grants__in=grants.values("pk"), role_grants__expires_at__gt=now),
    )
    query = chosen.chosen("q")
    return [
        PersonRow(
            pk=person.pk,
            name=str(person),
            title=person.title,
            email=person.email,
            active=person.is_active,
            invited=pending(person),
            last_login=person.last_login,
            ends=person.ends,
        )
        for person in people.annotate(ends=ends)
        if matches(query, person.full_name, person.username, person.email)
    ]


def _in_state(state: str, grants: QuerySet[RoleGrant], now: datetime) -> Q:
    conditions = {
        PersonState.PENDING: INVITED,
        PersonState.ACTIVE: Q(is_active=True) & ~INVITED,
        PersonState.EXPIRING: Q(pk__in=_ending(grants, now).values("user")),
        PersonState.DISABLED: Q(is_active=False),
    }
    return conditions[PersonState(state)] if state else Q()


def _ending(grants: QuerySet[RoleGrant], now: datetime) -> QuerySet[RoleGrant]:
    return grants.filter(expires_at__gt=now, expires_at__lte=now + SOON)


def _counts(people: QuerySet[User], grants: QuerySet[RoleGrant], now: datetime) -> dict[str, int]:
    """The people in each state, as the tallies above the table lead to them."""
    return {state.value: people.filter(_in_state(state, grants, now)).count() for state in PersonState}


def _changes(records: QuerySet[Record]) -> list[dict[str, Any]]:
    """What was last done about people, in words."""
    last = list(records.filter(action__in=CHANGES).order_by("-at", "-pk")[:CHANGES_SHOWN])
    names = Organisation.objects.in_bulk([each.organisation_id for each in last if each.organisation_id])
    return [
        {
            "record": each,
            "role": Role(each.detail["role"]).label if each.detail.get("role") in Role.values else "",
            "organisation": names.get(each.organisation_id) if each.organisation_id else None,
        }
        for each in last
    ]
