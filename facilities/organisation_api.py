"""Bodies and mandates over REST, to read."""

from datetime import date

import django_filters
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin

from facilities.access.doors.api import Resource
from facilities.access.doors.parameters import Number
from facilities.api import TO_READ
from facilities.enums import MandateFunction, OrganisationKind
from facilities.models import Mandate, Organisation
from facilities.models.mandate import MandateQuerySet
from facilities.serializers import UnitSerializer


class OrganisationSerializer(serializers.ModelSerializer[Organisation]):
    """A body or facility in the tree; without a first day it has been there since before anything was recorded."""

    area = UnitSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Organisation
        fields = ["id", "kind", "name", "name_en", "code", "area", "valid_from", "valid_to"]


class MandateSerializer(serializers.ModelSerializer[Mandate]):
    """Who oversees what; without an area the whole country, without a last day until further notice."""

    organisation = serializers.IntegerField(source="organisation_id", read_only=True)
    area = UnitSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Mandate
        fields = ["id", "organisation", "function", "area", "sectors", "valid_from", "valid_to", "basis"]


class OrganisationFilter(django_filters.FilterSet):  # type: ignore[misc] # django-filter is untyped
    """By kind, code, and whether it is open today."""

    kind = django_filters.ChoiceFilter(choices=OrganisationKind.choices)
    code = django_filters.CharFilter("code")
    open = django_filters.BooleanFilter("valid_to", lookup_expr="isnull")


class MandateFilter(django_filters.FilterSet):  # type: ignore[misc] # django-filter is untyped
    """By the number of its body, its function, and a day on which it is in force."""

    organisation = Number("organisation_id")
    function = django_filters.ChoiceFilter(choices=MandateFunction.choices)
    on = django_filters.DateFilter(method="in_force")

    def in_force(self, rows: MandateQuerySet, _name: str, on: date) -> MandateQuerySet:
        return rows.valid_on(on)


class OrganisationResource(ListModelMixin, RetrieveModelMixin, Resource):
    """Bodies and facilities as nodes of the tree."""

    permissions = TO_READ
    queryset = Organisation.objects.select_related("area").order_by("pk")
    serializer_class = OrganisationSerializer
    filter_backends = [DjangoFilterBackend]
    filterset_class = OrganisationFilter


class MandateResource(ListModelMixin, RetrieveModelMixin, Resource):
    """Mandates of bodies."""

    permissions = TO_READ
    queryset = Mandate.objects.select_related("area").order_by("pk")
    serializer_class = MandateSerializer
    filter_backends = [DjangoFilterBackend]
    filterset_class = MandateFilter
