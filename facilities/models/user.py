"""People. What they may do hangs on grants, never on the account."""

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from facilities.models.history import with_history


@with_history(but=("password", "last_login"))
class User(AbstractUser):
    """An account of one person. Vietnamese names are kept whole: family, middle and given name in one field."""

    first_name = None  # type: ignore[assignment] # replaced by full_name
    last_name = None  # type: ignore[assignment] # replaced by full_name
    full_name = models.CharField(_("full name"), max_length=100)
    title = models.CharField(_("title"), max_length=100, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)

    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name", "email"]

    class Meta(AbstractUser.Meta):
        constraints = [
            # An invitation and a provider's login find one account, whatever case the address is written in.
            models.UniqueConstraint(Lower("email"), condition=~Q(email=""), name="email_once"),
        ]

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)
