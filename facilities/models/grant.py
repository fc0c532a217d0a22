"""Who may do what where: a role, given to a person, on a node of the tree."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from guardian.models.models import UserObjectPermissionBase

from facilities.enums import Role
from facilities.models.history import with_history
from facilities.models.organisation import Organisation


@with_history()
class RoleGrant(models.Model):
    """A role given to a person on an organisation: what people decide. Guardian's rows follow from it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="role_grants", verbose_name=_("person")
    )
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="role_grants", verbose_name=_("organisation")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("granted by")
    )
    granted_at = models.DateTimeField(_("granted at"))
    # The first moment at which it no longer counts: a contractor's survey ends.
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)

    class Meta:
        verbose_name = _("role grant")
        verbose_name_plural = _("role grants")
        constraints = [
            models.UniqueConstraint(fields=["user", "organisation", "role"], name="role_granted_once"),
            models.CheckConstraint(
                condition=Q(expires_at__isnull=True) | Q(expires_at__gt=F("granted_at")), name="grant_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()} @ {self.organisation}"


class OrganisationGrant(UserObjectPermissionBase):
    """Guardian's permission of a person on a node, bound by a real foreign key: a re-used id inherits nothing."""

    content_object = models.ForeignKey(Organisation, models.CASCADE)
    # When the last of the roles that give this permission ends; without a value it does not.
    expires_at = models.DateTimeField(null=True)

    class Meta(UserObjectPermissionBase.Meta):
        verbose_name = _("permission on an organisation")
        verbose_name_plural = _("permissions on organisations")
