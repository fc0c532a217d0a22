"""Facilities and their zones over REST, to read."""

import django_filters
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin

from facilities.access.doors.api import Resource
from facilities.access.doors.parameters import Number
from facilities.enums import Permission, Premises, Sector, ZoneKind
from facilities.models import Facility, Zone
from facilities.serializers import FacilitySerializer, ZoneSerializer

TO_READ = {"list": Permission.VIEW_FIGURES, "retrieve": Permission.VIEW_FIGURES}


class FacilityFilter(django_filters.FilterSet):  # type: ignore[misc] # django-filter is untyped
    """By the codes of its province and district, its sector and its premises."""

    province = django_filters.CharFilter("province__code")
    district = django_filters.CharFilter("district__code")
    sector = django_filters.ChoiceFilter(choices=Sector.choices)
    premises = django_filters.ChoiceFilter(choices=Premises.choices)


class FacilityResource(ListModelMixin, RetrieveModelMixin, Resource):
    """Quarantine facilities."""

    permissions = TO_READ
    queryset = Facility.objects.select_related("organisation", "district", "province").order_by("pk")
    serializer_class = FacilitySerializer
    filter_backends = [DjangoFilterBackend]
    filterset_class = FacilityFilter


class ZoneFilter(django_filters.FilterSet):  # type: ignore[misc] # django-filter is untyped
    """By the number of its facility and by its kind."""

    facility = Number("facility_id")
    kind = django_filters.ChoiceFilter(choices=ZoneKind.choices)


class ZoneResource(ListModelMixin, RetrieveModelMixin, Resource):
    """Zones of facilities."""

    permissions = TO_READ
    queryset = Zone.objects.order_by("pk")
    serializer_class = ZoneSerializer
    filter_backends = [DjangoFilterBackend]
    filterset_class = ZoneFilter
