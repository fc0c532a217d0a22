"""The verb of access: every model that belongs to a facility says by which path, and `visible_to` does the rest."""

from datetime import datetime
from typing import ClassVar, Self, TypeVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import models

from facilities.access.rule import organisations_reached
from facilities.enums import Permission

M_co = TypeVar("M_co", bound=models.Model, covariant=True)


class ScopedQuerySet(models.QuerySet[M_co]):
    """Rows inside the part of the tree that a person's grants reach."""

    def visible_to(
        self, user: AbstractBaseUser | AnonymousUser, permission: Permission, now: datetime | None = None
    ) -> Self:
        """Rows that `user` reaches with `permission`, at this moment or at `now`; none for the disabled. One query."""
        path: str = self.model.organisation_path  # type: ignore[attr-defined] # declared by Scoped
        return self.filter(**{f"{path}__in": organisations_reached(user, permission, now)})


class Scoped(models.Model):
    """A model whose rows belong to a node of the tree; `organisation_path` leads from the row to that node's id."""

    organisation_path: ClassVar[str]

    class Meta:
        abstract = True
