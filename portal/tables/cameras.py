"""The table of cameras, and what it may be narrowed to."""

from typing import Any

import django_filters as filters
import django_tables2 as tables
from django import forms
from django.db.models import Case, F, IntegerField, Q, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from cameras.enums import Reason, State
from cameras.models import Camera
from cameras.models.camera import CameraQuerySet
from facilities.enums import FORBIDDEN_ZONE_KINDS, ZoneKind
from portal.queries.searching import lowered, plain, words_of
from portal.tables.compliance import rest
from portal.tables.figures import named
from portal.templatetags.states import state as state_mark

_SELECT = {"class": "form-select"}
# Trouble first: what is disconnected, then impaired, then not observed.
_TROUBLE = {State.DOWN: 0, State.IMPAIRED: 1, State.UNKNOWN: 2, State.OK: 3}


class CameraFilter(filters.FilterSet):  # type: ignore[misc] # django-filter is untyped
    """A value that is none of the choices narrows nothing."""

    q = filters.CharFilter(
        label=_("Name"),
        method="named",
        widget=forms.TextInput(
            {"class": "form-control", "type": "search", "placeholder": _("Camera, zone or facility")}
        ),
    )
    state = filters.ChoiceFilter(
        label=_("State"),
        choices=[*State.choices, ("forbidden", _("In a forbidden zone"))],
        empty_label=_("All"),
        method="in_state",
        widget=forms.Select(_SELECT),
    )
    reason = filters.ChoiceFilter(
        label=_("Reason"),
        field_name="state__reason",
        choices=[choice for choice in Reason.choices if choice[0]],
        empty_label=_("All"),
        widget=forms.Select(_SELECT),
    )
    kind = filters.ChoiceFilter(
        label=_("Kind of zone"),
        field_name="zone__kind",
        choices=ZoneKind.choices,
        empty_label=_("All"),
        widget=forms.Select(_SELECT),
    )

    class Meta:
        model = Camera
        fields: list[str] = []

    @property
    def first_fields(self) -> list[Any]:
        """Those that stand beside the name: all of them."""
        return [self.form[name] for name in self.filters if name != "q"]

    @property
    def narrows_by_choice(self) -> bool:
        """Whether anything but a name is chosen."""
        return any(self.data.get(name) for name in self.filters if name != "q")

    def named(self, rows: CameraQuerySet, name: str, value: str) -> CameraQuerySet:
        """Cameras in whose name, zone or facility each word stands."""
        del name
        places = ("name", "zone__name", "zone__facility__organisation__name", "zone__facility__code")
        for number, (word, without) in enumerate(words_of(value[:100])):
            read = {f"said_{number}_{at}": (plain if without else lowered)(place) for at, place in enumerate(places)}
            condition = Q()
            for alias in read:
                condition |= Q(**{f"{alias}__contains": word})
            rows = rows.alias(**read).filter(condition)
        return rows

    def in_state(self, rows: CameraQuerySet, name: str, value: str) -> CameraQuerySet:
        """What a camera in a forbidden zone delivers counts for nothing: it is in no state but that."""
        del name
        if value == "forbidden":
            return rows.filter(zone__kind__in=FORBIDDEN_ZONE_KINDS)
        in_it = Q(state__state=value)
        if value == State.UNKNOWN:
            # A camera that has no row of state yet has not been observed.
            in_it |= Q(state__isnull=True)
        return rows.filter(in_it).exclude(zone__kind__in=FORBIDDEN_ZONE_KINDS)


class CameraTable(tables.Table):  # type: ignore[misc] # django-tables2 is untyped
    """One row a camera."""

    camera = tables.Column(
        accessor="name",
        verbose_name=_("Camera"),
        order_by=("name", "pk"),
        attrs={"th": {"class": "name", "scope": "col"}, "td": {"class": "name"}},
    )
    state = tables.Column(accessor="pk", verbose_name=_("State"), attrs={"th": {"scope": "col"}})
    facility = tables.Column(
        accessor="zone__facility",
        verbose_name=_("Facility"),
        order_by=("zone__facility__organisation__name", "name"),
        attrs=rest(_("Facility")),
    )
    zone = tables.Column(accessor="zone__name", verbose_name=_("Zone"), attrs=rest(_("Zone")))
    kind = tables.Column(accessor="zone__kind", verbose_name=_("Kind of zone"), attrs=rest(_("Kind of zone")))
    since = tables.Column(accessor="state__since", verbose_name=_("Since"), attrs=rest(_("Since")))
    pictured = tables.Column(
        accessor="state__pictured_at", verbose_name=_("Last picture"), attrs=rest(_("Last picture")), empty_values=()
    )

    class Meta:
        attrs = {"class": "table figures said"}
        order_by = "trouble"

    def __init__(self, rows: Any, **options: Any) -> None:  # noqa: ANN401 - a queryset
        ranks = [When(state__state=state, then=Value(rank)) for state, rank in _TROUBLE.items()]
        trouble = Case(*ranks, default=Value(2), output_field=IntegerField())
        if options.get("order_by") == "trouble":
            rows, options["order_by"] = rows.order_by(trouble, "zone__facility__code", "name", "pk"), ()
        super().__init__(rows, **options)

    def order_state(self, queryset: Any, is_descending: bool) -> tuple[Any, bool]:  # noqa: ANN401, FBT001 - as django-tables2 calls it
        ranks = [When(state__state=state, then=Value(rank)) for state, rank in _TROUBLE.items()]
        trouble = Case(*ranks, default=Value(2), output_field=IntegerField())
        return queryset.order_by(trouble.desc() if is_descending else trouble.asc(), F("pk").asc()), True

    def render_camera(self, value: str, record: Camera) -> SafeString:
        return named(reverse("camera", args=[record.pk]), value)

    def render_facility(self, record: Camera) -> SafeString:
        facility = record.zone.facility
        return format_html('<a href="{}">{}</a>', reverse("facility", args=[facility.pk]), facility)

    def render_state(self, record: Camera) -> SafeString:
        """Cameras that have no row of state yet have not been observed."""
        seen = getattr(record, "state", None)
        mark: SafeString = state_mark(seen.state, seen.reason) if seen else state_mark(State.UNKNOWN, Reason.NOT_PROBED)
        return mark

    def render_kind(self, record: Camera) -> str:
        return str(ZoneKind(record.zone.kind).label)

    def render_since(self, value: Any) -> str:  # noqa: ANN401 - a moment
        return f"{timezone.localtime(value):%H:%M %d/%m/%Y}"

    def render_pictured(self, value: Any) -> str:  # noqa: ANN401 - a moment or nothing
        return f"{timezone.localtime(value):%H:%M:%S %d/%m/%Y}" if value else "–"
