"""Documents go down the tree: sent to bodies and facilities, passed on by them, and acknowledged by each."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from facilities.access.roles import BUNDLES, CARRIED
from facilities.access.rule import organisations_reached
from facilities.domain.records import record
from facilities.enums import OrganisationKind, Permission, RecordedAction, Role
from facilities.models import Document, Facility, Mandate, Organisation, Recipient, RoleGrant, User
from facilities.models.document import RecipientQuerySet
from facilities.models.scope import ScopedQuerySet

# Who answers for a body, and so for what it was sent. Contractors work for a facility and do not speak for it.
_DUTIES = {Permission.DIRECT, Permission.REPORT_PROGRESS, Permission.INSPECT, Permission.ADMINISTER}
ANSWERING = [role for role, bundle in BUNDLES.items() if bundle & _DUTIES and role != Role.CONTRACTOR]
# What a group of recipients is called by: all bodies of one kind.
GROUPS = (
    OrganisationKind.MINISTRY,
    OrganisationKind.PROVINCE,
    OrganisationKind.DEPARTMENT,
    OrganisationKind.COMMAND,
    OrganisationKind.DISTRICT,
    OrganisationKind.FACILITY,
)


def senders(document: Document, person: User, *, now: datetime) -> list[Organisation]:
    """The bodies that have the document and that `person` directs, the highest first."""
    held = Q(pk=document.organisation_id) | Q(received_documents__document=document)
    reached = Organisation.objects.filter(held, pk__in=organisations_reached(person, Permission.DIRECT, now))
    return list(reached.distinct().order_by("depth", "path"))


def may_receive(document: Document, person: User, *, now: datetime) -> ScopedQuerySet[Organisation]:
    """Whom `person` may still send it to: open, in their reach to direct, and below a body that has it.

    Below is what stands there in the tree, and the facilities that such a body oversees by mandate.
    """
    below = Q(pk__in=())
    for sender in senders(document, person, now=now):
        below |= Q(path__startswith=sender.path, depth__gt=sender.depth) | Q(facility__in=_overseen(sender, now))
    rows: ScopedQuerySet[Organisation] = Organisation.objects.visible_to(person, Permission.DIRECT, now)
    have_it = Recipient.objects.filter(document=document).values("organisation")
    return rows.filter(below, valid_to=None).exclude(pk__in=have_it).exclude(pk=document.organisation_id)


@transaction.atomic
def distribute(*, document: Document, to: Iterable[Organisation], actor: User, now: datetime) -> list[Recipient]:
    """Send it to these bodies, each once; to whom it was sent before, it is not sent again.

    Raises ValidationError at `to`: nobody chosen to whom it has not gone, or somebody to whom `actor` may not send it.
    """
    document = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
    chosen = {node.pk: node for node in to}
    have_it = set(document.recipients.filter(organisation__in=chosen).values_list("organisation", flat=True))
    wanted = [node for pk, node in chosen.items() if pk not in have_it]
    if not wanted:
        raise ValidationError({"to": _("Choose at least one recipient who does not have it yet.")})
    allowed = set(may_receive(document, actor, now=now).filter(pk__in=chosen).values_list("pk", flat=True))
    if beyond := [node for node in wanted if node.pk not in allowed]:
        text = _("You cannot send it to %(name)s: that is not below a body that has it and that you direct.")
        raise ValidationError({"to": text % {"name": beyond[0]}})
    having = senders(document, actor, now=now)
    sent = Recipient.objects.bulk_create(
        Recipient(document=document, organisation=node, sent_at=now, sent_by=actor, sent_from=_nearest(having, node))
        for node in wanted
    )
    record(
        RecordedAction.DOCUMENT_DISTRIBUTED,
        actor=actor,
        now=now,
        organisation=having[0],
        subject=f"{document.written}: {document.subject}",
        detail={"document": document.pk, "to": [node.pk for node in wanted]},
    )
    return sent


def answered_by(person: User, *, now: datetime) -> RecipientQuerySet:
    """What was sent to bodies where `person` has a role and answers.

    A role at the body itself: whoever stands above it does not read for it.
    """
    return Recipient.objects.filter(organisation__in=_answers_at(person, now))


def awaiting(person: User, *, now: datetime) -> RecipientQuerySet:
    """What of that nobody there has acknowledged yet."""
    return answered_by(person, now=now).unread()


@transaction.atomic
def acknowledge(*, document: Document, actor: User, now: datetime) -> list[Recipient]:
    """Put on record that it was read, for each body for which `actor` answers and that has not yet; gives those."""
    read = list(
        awaiting(actor, now=now)
        .filter(document=document)
        .select_for_update(of=("self",))
        .select_related("organisation")
        .order_by("pk")
    )
    for recipient in read:
        recipient.acknowledged_at, recipient.acknowledged_by = now, actor
        recipient.save(update_fields=["acknowledged_at", "acknowledged_by"])
        record(
            RecordedAction.DOCUMENT_ACKNOWLEDGED,
            actor=actor,
            now=now,
            organisation=recipient.organisation,
            subject=f"{document.written}: {document.subject}",
            detail={"document": document.pk},
        )
    return read


def _answers_at(person: User, now: datetime) -> ScopedQuerySet[Organisation]:
    """The bodies themselves where they have such a role that has not ended, and still see figures."""
    roles = RoleGrant.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now), user=person, role__in=ANSWERING)
    nodes: ScopedQuerySet[Organisation] = Organisation.objects.visible_to(person, Permission.VIEW_FIGURES, now)
    return nodes.filter(pk__in=roles.values("organisation")).values("pk")  # type: ignore[return-value] # ids alone


def _overseen(sender: Organisation, now: datetime) -> ScopedQuerySet[Facility]:
    """The facilities that the body, or one below it, directs by a mandate in force."""
    functions = [function for function, carried in CARRIED.items() if Permission.DIRECT in carried]
    in_force = Mandate.objects.valid_on(timezone.localdate(now)).filter(function__in=functions)
    mandates = in_force.filter(organisation__path__startswith=sender.path)
    found = Q(pk__in=())
    for mandate in mandates:
        lies_there = Q() if mandate.area_id is None else Q(province=mandate.area_id) | Q(district=mandate.area_id)
        found |= lies_there & Q(sector__in=mandate.sectors)
    return Facility.objects.filter(found)


def _nearest(having: list[Organisation], node: Organisation) -> Organisation:
    """The lowest of the bodies that have it which stands above the recipient; else the first, which oversees it."""
    above = [body for body in having if node.path.startswith(body.path)]
    return max(above, key=lambda body: body.depth, default=having[0])
