"""Cameras, their streams, states and transitions as the REST API shows and takes them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers, status
from rest_framework.exceptions import APIException, ValidationError

from cameras.domain.registration import EditConflict, edit_camera, register_camera, version
from cameras.domain.stream_entry import (
    LONGEST_PASSWORD,
    LONGEST_USERNAME,
    Problem,
    RegistrationRefused,
    StreamEntry,
)
from cameras.enums import StreamKind
from cameras.models import Camera, CameraState, Stream, Transition
from facilities.enums import Permission
from facilities.models import Zone
from facilities.models.scope import ScopedQuerySet

DEFAULT_INTERVAL = 60


class Conflict(APIException):
    """The camera is not as whoever sent this believes it to be."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = _("Somebody else has changed this camera in the meantime; nothing was saved. Read it again.")
    default_code = "conflict"


class ReachedZone(serializers.PrimaryKeyRelatedField[Zone]):
    """A zone where the person may register cameras; any other is answered as one that does not exist."""

    def get_queryset(self) -> ScopedQuerySet[Zone]:
        zones = Zone.objects.select_related("facility__organisation")
        return zones.visible_to(self.context["request"].user, Permission.REGISTER_CAMERAS)


class StreamSerializer(serializers.ModelSerializer[Stream]):
    """Where a stream is fetched. A password goes in and never comes out.

    Written: without `password` the stored one stays where it may; an empty one removes it.
    """

    url = serializers.CharField(max_length=2048)
    username = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_USERNAME)
    password = serializers.CharField(
        write_only=True, required=False, allow_blank=True, trim_whitespace=False, max_length=LONGEST_PASSWORD
    )
    has_password = serializers.SerializerMethodField()

    class Meta:
        model = Stream
        fields = ["kind", "url", "username", "password", "has_password", "basic_allowed"]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        # A change of some fields of the camera still names its streams whole: they are all that it has from then on.
        if "url" not in attrs:
            raise ValidationError({"url": self.fields["url"].error_messages["required"]})
        return attrs

    def get_has_password(self, stream: Stream) -> bool:
        return bool(stream.sealed_password)


class StateSerializer(serializers.ModelSerializer[CameraState]):
    """The present standing of a camera."""

    camera = serializers.IntegerField(source="camera_id", read_only=True)

    class Meta:
        model = CameraState
        fields = [
            "camera", "state", "reason", "since", "observed_at", "pictured_at", "codec", "width", "height", "seconds",
        ]  # fmt: skip


class TransitionSerializer(serializers.ModelSerializer[Transition]):
    """A change of a camera's state."""

    camera = serializers.IntegerField(source="camera_id", read_only=True)

    class Meta:
        model = Transition
        fields = ["id", "camera", "before", "state", "reason", "at", "noticed_at"]


class CameraSerializer(serializers.ModelSerializer[Camera]):
    """A camera. `streams` are shown to those who may register cameras there, to others as null.

    `version` changes with every edit: sent back with a change, it refuses one that would overwrite somebody else's.
    """

    zone = ReachedZone()
    facility = serializers.IntegerField(source="zone.facility_id", read_only=True)
    streams = StreamSerializer(many=True, allow_empty=False, allow_null=True)
    state = StateSerializer(read_only=True)
    version = serializers.CharField(required=False, allow_null=True, max_length=64)

    class Meta:
        model = Camera
        fields = ["id", "facility", "zone", "name", "interval", "streams", "state", "registered_at", "version"]
        # Names are judged where cameras are registered, without telling of zones out of reach.
        validators: list[Any] = []

    def validate_streams(self, streams: list[dict[str, Any] | None] | None) -> list[dict[str, Any] | None]:
        # Null is what others are shown; a camera has streams.
        if streams is None or None in streams:
            raise ValidationError(self.fields["streams"].error_messages["null"])
        return streams

    def to_representation(self, instance: Camera) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(instance)
        # Annotated by the resource: where cameras are in the network is for those who tend them.
        if instance.registrable:  # type: ignore[attr-defined] # an annotation
            return shown | {"version": version(instance, instance.streams.all())}
        return shown | {"streams": None, "version": None}

    def create(self, validated_data: dict[str, Any]) -> Camera:
        with _refusals(validated_data["streams"]):
            return register_camera(
                zone=validated_data["zone"],
                name=validated_data["name"],
                streams=_entries(validated_data["streams"]),
                interval=validated_data.get("interval", DEFAULT_INTERVAL),
                actor=self.context["request"].user,
                now=timezone.now(),
            )

    def update(self, instance: Camera, validated_data: dict[str, Any]) -> Camera:
        streams = validated_data.get("streams")
        with _refusals(streams or []):
            return edit_camera(
                camera=instance,
                zone=validated_data.get("zone", instance.zone),
                name=validated_data.get("name", instance.name),
                streams=None if streams is None else _entries(streams),
                interval=validated_data.get("interval", instance.interval),
                seen=validated_data.get("version"),
                actor=self.context["request"].user,
                now=timezone.now(),
            ).camera


def _entries(streams: Sequence[Mapping[str, Any]]) -> list[StreamEntry]:
    return [
        StreamEntry(
            kind=StreamKind(stream.get("kind", StreamKind.MAIN)),
            address=stream["url"],
            username=stream.get("username", ""),
            password=stream.get("password"),
            basic_allowed=stream.get("basic_allowed", False),
        )
        for stream in streams
    ]


@contextmanager
def _refusals(streams: Sequence[Mapping[str, Any]]) -> Iterator[None]:
    """What the domain refuses, as errors of the fields that it was sent in."""
    try:
        yield
    except EditConflict:
        raise Conflict from None
    except RegistrationRefused as refused:
        kinds = [StreamKind(stream.get("kind", StreamKind.MAIN)) for stream in streams]
        raise ValidationError(_errors(refused.problems, kinds)) from None


def _errors(problems: Sequence[Problem], kinds: Sequence[StreamKind]) -> dict[str, Any]:
    errors: dict[str, Any] = {}
    for problem in problems:
        if problem.kind is not None:
            rows = errors.setdefault("streams", [{} for _kind in kinds])
            field = {"address": "url"}.get(problem.field, problem.field)
            rows[kinds.index(problem.kind)].setdefault(field, []).append(problem.message)
        elif problem.field == "streams":
            errors["streams"] = {"non_field_errors": [problem.message]}
        else:
            errors.setdefault(problem.field, []).append(problem.message)
    return errors
