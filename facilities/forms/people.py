"""The forms in which people are invited, found, and given roles. The rules are in facilities.access.delegation."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from facilities.access.delegation import Grantable
from facilities.access.roles import BUNDLES
from facilities.enums import Role
from facilities.models import User


class PersonState(models.TextChoices):
    """What people are looked for by."""

    PENDING = "pending", _("Invited, has not come yet")
    ACTIVE = "active", _("Active")
    EXPIRING = "expiring", _("A role ends within 14 days")
    DISABLED = "disabled", _("Disabled")


class PeopleFilter(forms.Form):
    """A value that is none of the choices narrows nothing."""

    q = forms.CharField(label=_("Name, user name or e-mail"), required=False, max_length=100)
    where = forms.CharField(label=_("Body"), required=False, max_length=100)
    role = forms.ChoiceField(label=_("Role"), required=False, choices=[("", _("All")), *Role.choices])
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *PersonState.choices])

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "form-select" if name in ("role", "state") else "form-control"
        for name in ("q", "where"):
            self.fields[name].widget.attrs |= {"type": "search", "placeholder": _("Accents not needed")}
        self.is_valid()

    def chosen(self, name: str) -> str:
        """What the person chose there, or "" for no choice."""
        return str(self.cleaned_data.get(name) or "")

    @property
    def narrows(self) -> bool:
        """Whether anything is chosen at all."""
        return any(self.chosen(name) for name in self.fields)

    @property
    def narrows_by_choice(self) -> bool:
        """Whether anything but a name is chosen."""
        return any(self.chosen(name) for name in self.fields if name != "q")


class EndForm(forms.Form):
    """The last day of a role; without one it does not end."""

    last_day = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput({"type": "date", "class": "form-control"}, format="%Y-%m-%d"),
        help_text=_("Leave it empty for a role without end. A contractor's ends with the survey."),
    )

    def __init__(self, data: QueryDict | None = None, *, ends: datetime | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        if ends is not None:
            self.initial["last_day"] = timezone.localdate(ends - timedelta(microseconds=1))

    @property
    def expires_at(self) -> datetime | None:
        """The first moment after the last day."""
        day: date | None = self.cleaned_data["last_day"]
        return None if day is None else timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))

    def clean_last_day(self) -> date | None:
        """Refuse days for which there is no day after."""
        day: date | None = self.cleaned_data["last_day"]
        if day is not None and day.year > 9000:  # noqa: PLR2004 - short of the last year that Python knows
            raise ValidationError(_("Nobody plans that far ahead."))
        return day

    def tell(self, refusal: ValidationError) -> None:
        """Show the reasons beside the fields that they are about, others above the form."""
        at = {"expires_at": "last_day"}
        reasons = refusal.message_dict if hasattr(refusal, "error_dict") else {"": refusal.messages}
        for name, messages in reasons.items():
            field = at.get(name, name)
            self.add_error(field if field in self.fields else None, list(messages))


class RoleForm(EndForm):
    """One of the roles, for a time. Those that cannot be given are shown with the reason."""

    role = forms.TypedChoiceField(
        label=_("Role"),
        choices=Role.choices,
        coerce=Role,
        error_messages={"required": _("Choose a role.")},
    )
    field_order = ["role", "last_day"]

    def __init__(self, data: QueryDict | None = None, *, grantable: Sequence[Grantable], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.grantable = grantable

    @property
    def roles(self) -> list[dict[str, Any]]:
        """Each role with what is in it, whether it can be given, and whether it is chosen."""
        chosen = self["role"].value()
        return [
            {
                "role": each.role,
                "permissions": BUNDLES[each.role],
                "allowed": each.allowed,
                "reason": each.reason,
                "chosen": each.allowed and chosen == each.role.value,
            }
            for each in self.grantable
        ]


class InvitationForm(RoleForm):
    """Whom to invite, and the first role."""

    email = forms.EmailField(label=_("E-mail"), max_length=254, help_text=_("The invitation is sent there."))
    full_name = forms.CharField(label=_("Full name"), max_length=100)
    title = forms.CharField(label=_("Title"), required=False, max_length=100)
    phone = forms.CharField(label=_("Phone"), required=False, max_length=20)
    field_order = ["email", "full_name", "title", "phone", "role", "last_day"]

    def __init__(self, data: QueryDict | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        for name in ("email", "full_name", "title", "phone"):
            self.fields[name].widget.attrs |= {"class": "form-control", "autocomplete": "off"}
        self.fields["phone"].widget.attrs["inputmode"] = "tel"

    @property
    def person(self) -> list[Any]:
        """The fields about the person."""
        return [self[name] for name in ("email", "full_name", "title", "phone")]

    def account(self) -> User | None:
        """The account that the address has already."""
        return User.objects.filter(email__iexact=self.cleaned_data["email"].strip()).first()
