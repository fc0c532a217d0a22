"""Cameras over REST, and what was seen of them."""

from typing import Any, cast

import django_filters
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.http import Http404
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import status
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from cameras.domain.registration import delete_camera
from cameras.domain.stream_entry import RegistrationRefused
from cameras.enums import State
from cameras.models import Camera, CameraState, Transition
from cameras.serializers import CameraSerializer, Conflict, StateSerializer, TransitionSerializer
from facilities.access.doors.api import Resource
from facilities.access.doors.parameters import Moment, Number
from facilities.access.rule import organisations_reached
from facilities.enums import Permission, Sector
from facilities.models import User

TO_READ = {"list": Permission.VIEW_FIGURES, "retrieve": Permission.VIEW_FIGURES}


class CameraFilter(django_filters.FilterSet):  # type: ignore[misc] # django-filter is untyped
    """By the number of a facility or zone, the codes of a province or district, sector, and present state."""

    facility = Number("zone__facility_id")
    zone = Number("zone_id")
    province = django_filters.CharFilter("zone__facility__province__code")
    district = django_filters.CharFilter("zone__facility__district__code")
    sector = django_filters.ChoiceFilter("zone__facility__sector", choices=Sector.choices)
    state = django_filters.ChoiceFilter("state__state", choices=State.choices)


class CameraResource(ListModelMixin, RetrieveModelMixin, Resource):
    """Cameras: read, registered, edited, and deleted while they have never delivered a picture."""

    permissions = {
        **TO_READ,
        "create": Permission.REGISTER_CAMERAS,
        "update": Permission.REGISTER_CAMERAS,
        "partial_update": Permission.REGISTER_CAMERAS,
        "destroy": Permission.REGISTER_CAMERAS,
    }
    conflicting = frozenset({"update", "partial_update", "destroy"})
    queryset = Camera.objects.select_related("zone__facility__organisation", "state").order_by("pk")
    serializer_class = CameraSerializer
    filter_backends = [DjangoFilterBackend]
    filterset_class = CameraFilter

    def get_queryset(self) -> QuerySet[Camera]:
        reached = organisations_reached(self.request.user, Permission.REGISTER_CAMERAS)
        registrable = Q(zone__facility__organisation__in=reached)
        rows: QuerySet[Camera] = super().get_queryset().prefetch_related("streams")
        return rows.annotate(registrable=ExpressionWrapper(registrable, output_field=BooleanField()))

    def create(self, request: Request) -> Response:
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        return self._answer(serializer.save(), status.HTTP_201_CREATED)

    def handle_exception(self, exc: Exception) -> Response:
        # Somebody else deleted it after it was found.
        return super().handle_exception(Http404() if isinstance(exc, Camera.DoesNotExist) else exc)

    def update(self, request: Request, *, partial: bool = False, **_kwargs: Any) -> Response:
        serializer = self.get_serializer(self.get_object(), data=request.data, partial=partial)
        serializer.is_valid(raise_exception=True)
        return self._answer(serializer.save(), status.HTTP_200_OK)

    def partial_update(self, request: Request, **_kwargs: Any) -> Response:
        return self.update(request, partial=True)

    def destroy(self, request: Request, **_kwargs: Any) -> Response:
        try:
            delete_camera(camera=self.get_object(), actor=cast("User", request.user))
        except RegistrationRefused as refused:
            raise Conflict(str(refused.problems[0].message)) from None
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _answer(self, camera: Camera, code: int) -> Response:
        """The camera as it is stored now."""
        return Response(self.get_serializer(self.get_queryset().get(pk=camera.pk)).data, status=code)


class StateFilter(django_filters.FilterSet):  # type: ignore[misc] # django-filter is untyped
    """By the number of a facility, and by the state itself."""

    facility = Number("camera__zone__facility_id")
    state = django_filters.ChoiceFilter(choices=State.choices)


class StateResource(ListModelMixin, RetrieveModelMixin, Resource):
    """What is known of each camera now, by the camera's number."""

    permissions = TO_READ
    queryset = CameraState.objects.order_by("pk")
    serializer_class = StateSerializer
    filter_backends = [DjangoFilterBackend]
    filterset_class = StateFilter


class TransitionFilter(django_filters.FilterSet):  # type: ignore[misc] # django-filter is untyped
    """By the numbers of a camera or facility, the state that began, and when it became true."""

    camera = Number("camera_id")
    facility = Number("camera__zone__facility_id")
    state = django_filters.ChoiceFilter(choices=State.choices)
    after = Moment("at", lookup_expr="gte")
    before = Moment("at", lookup_expr="lt")


class TransitionResource(ListModelMixin, RetrieveModelMixin, Resource):
    """Changes of cameras' states, newest first."""

    permissions = TO_READ
    queryset = Transition.objects.order_by("-at", "-pk")
    serializer_class = TransitionSerializer
    filter_backends = [DjangoFilterBackend]
    filterset_class = TransitionFilter
