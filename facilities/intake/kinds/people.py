"""People with their roles: whoever has no account yet is invited."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from facilities.access.delegation import give_role, take_role
from facilities.domain.invitations import invite, pending, send_invitation
from facilities.domain.people import people_administered
from facilities.enums import Permission, Role
from facilities.intake.cells import RowRefused
from facilities.intake.columns import Column, choice_column, code, day, text
from facilities.intake.comparing import check_same
from facilities.intake.places import nodes
from facilities.intake.registry import Kind, StillNeeded, Taken, Values
from facilities.models import RoleGrant, User

COLUMNS = (
    Column(
        "full_name",
        _("Full name"),
        _("Family, middle and given name."),
        text(100),
        required=True,
        example="Nguyễn Văn A",
    ),
    Column(
        "email", _("E-mail"), _("The invitation goes there."), text(254), required=True, example="a@quangnam.gov.vn"
    ),
    Column("title", _("Title"), _("The office that the person holds."), text(100), example="Chuyên viên"),
    Column("phone", _("Phone"), _("With its leading zero."), code(20), example="0905123456"),
    choice_column("role", _("Role"), _("You can give what you hold yourself."), Role, Role.INSPECTOR),
    Column(
        "organisation",
        _("Organisation"),
        _("Code or whole name of the body or facility where the role holds, with all below it."),
        text(200),
        required=True,
        example="Sở Y tế Quảng Nam",
    ),
    Column(
        "expires_on",
        _("Last day"),
        _("The role ends with this day; empty, it does not end."),
        day,
        example="31/12/2026",
    ),
)


class PeopleIntake:
    """One run over a file of people."""

    def __init__(self, person: User, now: datetime) -> None:
        self.person, self.now, self.nodes = person, now, nodes(person, now)
        # Others' accounts are none of the importer's business, be there one with this address or not.
        self.people = {user.email.lower(): user for user in people_administered(person, now).exclude(email="")}

    def take(self, values: Values) -> Taken:
        node = self.nodes.find(values["organisation"], "organisation")
        email = values["email"].lower()
        about = {key: values[key] for key in ("full_name", "title", "phone")}
        user, created = self.people.get(email), False
        if user is not None:
            check_same(about, {key: getattr(user, key) for key in about})
        expires_at = _after(values["expires_on"]) if values["expires_on"] else None
        try:
            if user is None:
                user, created = invite(email=email, actor=self.person, now=self.now, **about), True
            had = {grant.pk: grant.expires_at for grant in user.role_grants.all()}
            grant = give_role(
                actor=self.person,
                user=user,
                role=values["role"],
                organisation=node,
                expires_at=expires_at,
                now=self.now,
            )
        except ValidationError as error:
            columns = {key: key for key in (*about, "email", "role", "organisation")} | {"expires_at": "expires_on"}
            raise RowRefused.by_validation(error, columns) from None
        if grant.pk in had and had[grant.pk] != expires_at:
            # Taking it back could not bring the former end again.
            raise RowRefused(
                [("expires_on", _("This role is given already, with another end. Change it on the page."))]
            )
        self.people[email] = user
        made = (*([user] if created else []), *([grant] if grant.pk not in had else []))
        return Taken(made, node.path if made else "")


def take_back(label: str, pk: int, person: User, now: datetime) -> None:
    """Take the role away, and delete the account that nobody has used. Raises StillNeeded."""
    if label == RoleGrant._meta.label_lower:
        _take_role_back(pk, person, now)
        return
    user = User.objects.select_for_update().filter(pk=pk).first()
    if user is None:
        return
    if not pending(user):
        raise StillNeeded(_("%(person)s has accepted the invitation.") % {"person": user})
    if user.role_grants.exists():
        raise StillNeeded(_("%(person)s has been given other roles since.") % {"person": user})
    user.delete()


def _take_role_back(pk: int, person: User, now: datetime) -> None:
    grant = RoleGrant.objects.select_related("user", "organisation").filter(pk=pk).first()
    if grant is None:
        return
    try:
        take_role(actor=person, grant=grant, now=now)
    except ValidationError as refused:
        raise StillNeeded(f"{grant}: {' '.join(refused.messages)}") from None


def send_invitations(made: list[tuple[str, int]], person: User, portal: str) -> str:
    """Mail those who were invited; says how many mails could not be sent."""
    failed = 0
    for user in User.objects.filter(pk__in=[pk for label, pk in made if label == User._meta.label_lower]):
        try:
            send_invitation(user, base_url=portal, actor=person)
        except OSError:
            failed += 1
    if not failed:
        return ""
    return _("%(count)d invitations could not be mailed. Send them again from the pages of people.") % {"count": failed}


def _after(last_day: datetime) -> datetime:
    """The first moment after that day."""
    midnight = datetime.combine(last_day + timedelta(days=1), datetime.min.time())
    return timezone.make_aware(midnight)


PEOPLE = Kind(
    "people",
    _("People"),
    _("The bodies where they get their roles must be in the portal."),
    COLUMNS,
    Permission.ADMINISTER,
    PeopleIntake,
    take_back,
    send_invitations,
)
