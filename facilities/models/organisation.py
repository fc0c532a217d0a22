"""The tree of bodies: national → ministries, provinces → departments, commands, districts → facilities."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet

from facilities.enums import OrganisationKind, Permission
from facilities.models.facility_change import tells_of_change
from facilities.models.history import with_history
from facilities.models.scope import Scoped, ScopedQuerySet
from facilities.models.unit import AdministrativeUnit
from facilities.models.validity import never_together, same_text


class OrganisationQuerySet(MP_NodeQuerySet, ScopedQuerySet["Organisation"]):  # type: ignore[misc] # treebeard is untyped
    """Vocabulary of organisations."""


class OrganisationManager(MP_NodeManager.from_queryset(OrganisationQuerySet)):  # type: ignore[misc] # treebeard is untyped
    """Treebeard's manager, which by itself hands out querysets of its own class, without the verbs of this one."""

    def get_queryset(self) -> OrganisationQuerySet:
        return OrganisationQuerySet(self.model, using=self._db).order_by("path")


@with_history(but=("numchild",))
class Organisation(MP_Node, Scoped):  # type: ignore[misc] # treebeard is untyped
    """A body, at its place in the tree. Grants are made on these nodes and reach all below."""

    organisation_path = "pk"

    # Bytewise comparison, which the access rule's range over paths relies on, whatever the database's locale.
    path = models.CharField(max_length=255, unique=True, db_collation="C")
    kind = models.CharField(_("kind"), max_length=12, choices=OrganisationKind.choices)
    name = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    area = models.ForeignKey(
        AdministrativeUnit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("area")
    )
    # Known to spreadsheets and letters; a later body may take over the code of one that is no more.
    code = models.CharField(_("code"), max_length=30, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("last valid day"), null=True, blank=True)
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessors", verbose_name=_("successor")
    )

    node_order_by: ClassVar[list[str]] = []
    objects: ClassVar[Any] = OrganisationManager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        default_permissions = ()
        triggers = [
            # What facilities are called; where they stand in the tree is asked anew each time.
            tells_of_change(
                "SELECT id FROM facilities_facility WHERE organisation_id = row.id",
                only_if_changed=("name", "name_en", "valid_to"),
            )
        ]
        permissions = [(value, label) for value, label in zip(Permission.values, Permission.names, strict=True)]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="organisation_ends_after_start",
            ),
            never_together("organisation_code_once_at_a_time", same=[same_text("code")], condition=~Q(code="")),
        ]

    def __str__(self) -> str:
        return self.local_name

    @property
    def local_name(self) -> str:
        """The name in the reader's language: the Vietnamese one where there is no English one."""
        return self.name_en if self.name_en and get_language() == "en" else self.name


@with_history()
class AllowedNetwork(models.Model):
    """A network in which the cameras below an organisation may be: no other address is ever dialled for them."""

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="allowed_networks", verbose_name=_("organisation")
    )
    cidr = models.CharField(_("network"), max_length=43, help_text=_("For example 10.20.0.0/16"))

    class Meta:
        verbose_name = _("allowed network")
        verbose_name_plural = _("allowed networks")
        constraints = [models.UniqueConstraint(fields=["organisation", "cidr"], name="allowed_network_once")]

    def __str__(self) -> str:
        return self.cidr
