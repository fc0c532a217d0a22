"""What programs filter by: numbers of things and moments, where a query string may hold anything."""

from datetime import UTC, datetime
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django_filters.fields import IsoDateTimeField


class Number(django_filters.NumberFilter):  # type: ignore[misc] # django-filter is untyped
    """The number of a facility, zone or camera: whole, so that 1.5 does not stand for 1."""

    field_class = forms.IntegerField


class _MomentField(IsoDateTimeField):  # type: ignore[misc] # django-filter is untyped
    def clean(self, value: Any) -> datetime | None:  # noqa: ANN401 - as in Django's fields
        try:
            moment: datetime | None = super().clean(value)
            return moment and moment.astimezone(UTC)
        except OverflowError:
            # The first and last hours of the calendar have no name in other zones.
            raise ValidationError(_("This moment is out of range.")) from None


class Moment(django_filters.IsoDateTimeFilter):  # type: ignore[misc] # django-filter is untyped
    """A date and time as in ISO 8601, of any zone."""

    field_class = _MomentField
