"""Bodies are added and named, moved, closed, merged and split; what changes the tree is confirmed first."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from facilities.domain.closing import close_organisation, reopen_organisation
from facilities.domain.editing import rename_organisation
from facilities.domain.merging import merge_organisations, roles_beyond
from facilities.domain.moving import move_organisation
from facilities.domain.moving_authority import lacking_to_move
from facilities.domain.splitting import split_organisation
from facilities.domain.surroundings import units_for
from facilities.domain.tree import create_organisation
from facilities.enums import OrganisationKind
from facilities.forms.acts import ActForm, LastDayForm, OnForm
from facilities.forms.organisations import BodyForm, MergeForm, Named, SplitForm
from facilities.models import Facility, Mandate, Organisation, RoleGrant, User
from facilities.views.act import Act, Consequences, Text
from facilities.views.organisation_choice import chosen_organisation, organisation_chooser


class OrganisationNew(Act):
    """Adds a body below another."""

    icon = "plus"

    def form(self, sent: Any) -> ActForm:  # noqa: ANN401 - what Django's forms take
        return BodyForm(sent, units=units_for(self.node))

    def words(self) -> dict[str, Text]:
        return {"title": _("Add a body below %(name)s") % {"name": self.node}, "button": _("Add the body")}

    def barred(self) -> Text:
        if self.node.kind == OrganisationKind.FACILITY:
            return _("Nothing stands below a facility.")
        return super().barred()

    def done(self, form: ActForm) -> HttpResponse:
        given = form.cleaned_data | {"kind": OrganisationKind(form.cleaned_data["kind"])}
        made = create_organisation(parent=self.node, actor=self.person, **given)
        messages.success(self.request, _("%(name)s was added.") % {"name": made})
        return redirect("organisation", made.pk)


class OrganisationEdit(Act):
    """Changes what a body is called."""

    def form(self, sent: Any) -> ActForm:  # noqa: ANN401 - what Django's forms take
        node = self.node
        return Named(sent, initial={"name": node.name, "name_en": node.name_en, "code": node.code})

    def words(self) -> dict[str, Text]:
        return {"title": _("Edit %(name)s") % {"name": self.node}, "button": _("Save")}

    def barred(self) -> Text:
        if self.node.kind == OrganisationKind.FACILITY:
            return _("A facility is edited on its own page.")
        return ""

    def done(self, form: ActForm) -> HttpResponse:
        rename_organisation(organisation=self.node, **form.cleaned_data)
        messages.success(self.request, _("Saved. The name of before stays in the history."))
        return redirect("organisation", self.node.pk)


class OrganisationMove(Act):
    """Lets a body or facility stand below another one."""

    asks = True
    of_the_parent = True
    icon = "arrow-move-right"

    def load(self, pk: int) -> None:
        super().load(pk)
        sent = self.request.POST if self.request.method == "POST" else self.request.GET
        self.to = chosen_organisation(self, sent)

    def form(self, sent: Any) -> ActForm:  # noqa: ANN401 - what Django's forms take
        return OnForm(sent)

    def words(self) -> dict[str, Text]:
        if self.to is None:
            return {"title": _("Below whom shall %(name)s stand?") % {"name": self.node}, "button": ""}
        return {
            "title": _("Move %(name)s below %(parent)s?") % {"name": self.node, "parent": self.to},
            "button": _("Move it"),
            "lead": _("It can be moved back. Who may see it changes at once, on pages that are open too."),
        }

    def do(self, form: ActForm) -> object:
        if self.to is None:
            raise ValidationError(_("Choose the body below which it shall stand."))
        now = timezone.now()
        _check_move(self.person, [self.node], self.to, now)
        return move_organisation(
            organisation=self.node, to=self.to, on=form.cleaned_data["on"], actor=self.person, now=now
        )

    def done(self, form: ActForm) -> HttpResponse:
        self.do(form)
        messages.success(
            self.request, _("%(name)s stands below %(parent)s now.") % {"name": self.node, "parent": self.to}
        )
        return redirect("organisation", self.node.pk)

    def consequences(self, form: ActForm) -> Consequences:
        del form
        old, new = (_line(path) for path in (self.node.path[: -Organisation.steplen], self.to.path if self.to else ""))
        return [
            (_("Facilities that move"), _facilities_below(self.node)),
            (_("People with a role above it that reaches it no more"), _people_on(old - new)),
            (_("People with a role above it that reaches it from now on"), _people_on(new - old)),
        ]

    def show(self, request: HttpRequest, form: ActForm | None, **context: Any) -> HttpResponse:
        if self.to is None and not self.barred():
            offered = organisation_chooser(self, request)
            fitting = [
                (body, above)
                for body, above in offered["found"]
                if body.kind != OrganisationKind.FACILITY and not body.path.startswith(self.node.path)
            ]
            return super().show(request, None, chooser=True, **offered | {"found": fitting})
        return super().show(request, form, hidden={"organisation": self.to.pk} if self.to else {}, **context)


class OrganisationClose(Act):
    """Ends a body, or takes that back."""

    asks = True
    of_the_parent = True
    icon = "archive"

    def form(self, sent: Any) -> ActForm:  # noqa: ANN401 - what Django's forms take
        return LastDayForm(sent) if self.node.valid_to is None else ActForm(sent)

    def words(self) -> dict[str, Text]:
        if self.node.valid_to is not None:
            lead = _("It goes on as if it had not been closed. Mandates that ended with it have to be given anew.")
            return {"title": _("Reopen %(name)s?") % {"name": self.node}, "button": _("Reopen it"), "lead": lead}
        return {
            "title": _("Close %(name)s?") % {"name": self.node},
            "button": _("Close it"),
            "lead": _("It stays in the tree with its history. It can be reopened."),
        }

    def barred(self) -> Text:
        return "" if self.administers_parent() else _("Only who administers the body above may do this.")

    def do(self, form: ActForm) -> object:
        if self.node.valid_to is not None:
            return reopen_organisation(organisation=self.node, actor=self.person)
        on = form.cleaned_data["on"]
        return close_organisation(organisation=self.node, on=on, actor=self.person, now=timezone.now())

    def done(self, form: ActForm) -> HttpResponse:
        was_open = self.node.valid_to is None
        self.do(form)
        text = _("%(name)s is closed.") if was_open else _("%(name)s is open again.")
        messages.success(self.request, text % {"name": self.node})
        return redirect("organisation", self.node.pk)

    def consequences(self, form: ActForm) -> Consequences:
        del form
        if self.node.valid_to is not None:
            return []
        held = RoleGrant.objects.filter(organisation=self.node).values("user").distinct().count()
        return [
            (_("Mandates that end"), Mandate.objects.filter(organisation=self.node, valid_to=None).count()),
            (_("People whose role here reaches nothing new any more"), held),
        ]


class OrganisationMerge(Act):
    """Lets others of its kind go over into a body."""

    asks = True
    of_the_parent = True
    icon = "arrow-merge"

    def form(self, sent: Any) -> ActForm:  # noqa: ANN401 - what Django's forms take
        beside = Organisation.objects.get_siblings(self.node).filter(kind=self.node.kind, valid_to=None)
        return MergeForm(sent, candidates=self.visible(beside.exclude(pk=self.node.pk)))

    def words(self) -> dict[str, Text]:
        return {
            "title": _("Merge bodies into %(name)s") % {"name": self.node},
            "button": _("Merge them"),
            "lead": _("They stay in the tree, closed, with their history. This cannot be undone in one step."),
        }

    def barred(self) -> Text:
        if self.node.kind == OrganisationKind.FACILITY:
            return _("Only bodies of one kind are merged, and facilities are not.")
        return super().barred()

    def do(self, form: ActForm) -> object:
        given, now = form.cleaned_data, timezone.now()
        if given["carry_roles"] and (beyond := roles_beyond(self.person, given["merged"], self.node, now)):
            roles = ", ".join(str(role.label) for role in beyond)
            text = _("You would give roles here with more than you hold yourself: %(roles)s.") % {"roles": roles}
            raise ValidationError({"carry_roles": text})
        for body in given["merged"]:
            children = Organisation.objects.get_children(body).filter(valid_to=None)
            _check_move(self.person, list(children), self.node, now)
        return merge_organisations(into=self.node, actor=self.person, now=now, **given)

    def done(self, form: ActForm) -> HttpResponse:
        self.do(form)
        messages.success(self.request, _("The bodies went over into %(name)s.") % {"name": self.node})
        return redirect("organisation", self.node.pk)

    def consequences(self, form: ActForm) -> Consequences:
        merged = form.cleaned_data["merged"]
        held = RoleGrant.objects.filter(organisation__in=merged)
        carried = form.cleaned_data["carry_roles"]
        return [
            (_("Bodies that are closed"), ", ".join(str(body) for body in merged)),
            (_("Facilities that move"), sum(_facilities_below(body) for body in merged)),
            (_("Mandates that end"), Mandate.objects.filter(organisation__in=merged, valid_to=None).count()),
            (_("Roles that go over") if carried else _("Roles that end"), held.count()),
        ]


class OrganisationSplit(Act):
    """Makes new bodies of parts of one."""

    asks = True
    of_the_parent = True
    icon = "arrows-split"

    def form(self, sent: Any) -> ActForm:  # noqa: ANN401 - what Django's forms take
        children = Organisation.objects.get_children(self.node).filter(valid_to=None)
        return SplitForm(sent, children=list(self.visible(children)))

    def words(self) -> dict[str, Text]:
        return {
            "title": _("Split %(name)s") % {"name": self.node},
            "button": _("Split it"),
            "lead": _("New bodies stand beside the old one. They have neither mandates nor people yet."),
        }

    def barred(self) -> Text:
        if self.node.kind == OrganisationKind.FACILITY or self.node.is_root():
            return _("Neither the top of the tree nor a facility is split.")
        return super().barred()

    def do(self, form: ActForm) -> object:
        given, bodies = form.cleaned_data, cast("SplitForm", form).bodies()
        return split_organisation(
            organisation=self.node,
            into=bodies,
            close=given["close"],
            on=given["on"],
            actor=self.person,
            now=timezone.now(),
        )

    def done(self, form: ActForm) -> HttpResponse:
        self.do(form)
        messages.success(self.request, _("%(name)s was split.") % {"name": self.node})
        parent = Organisation.objects.get_parent(self.node, update=True)
        return redirect("organisation", parent.pk)

    def consequences(self, form: ActForm) -> Consequences:
        bodies = cast("SplitForm", form).bodies()
        new: Consequences = [
            (body.name, ", ".join(str(child) for child in body.children) or _("nothing goes to it")) for body in bodies
        ]
        ending = Mandate.objects.filter(organisation=self.node, valid_to=None).count()
        return [*new, (_("Mandates that end"), ending if form.cleaned_data["close"] else 0)]


def _check_move(person: User, nodes: Sequence[Organisation], to: Organisation, now: datetime) -> None:
    if lacking := lacking_to_move(person, nodes, to, now):
        missing = ", ".join(str(permission.label) for permission in lacking)
        text = _("People with a role there would gain over it what you do not hold yourself: %(permissions)s.")
        raise ValidationError(text % {"permissions": missing})


def _facilities_below(node: Organisation) -> int:
    rows = Facility.objects.filter(organisation__path__gte=node.path, organisation__path__lt=f"{node.path}~")
    return rows.filter(organisation__valid_to=None).count()


def _line(path: str) -> set[str]:
    """The paths of a node and of all above it."""
    step = Organisation.steplen
    return {path[:end] for end in range(step, len(path) + 1, step)}


def _people_on(paths: set[str]) -> int:
    return RoleGrant.objects.filter(organisation__path__in=paths).values("user").distinct().count()
