"""Registering cameras, editing them, and taking back what was registered by mistake."""

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from cameras.domain.passwords import seal
from cameras.domain.stream_entry import CheckedStream, Problem, RegistrationRefused, StreamEntry, check_streams
from cameras.enums import Reason, State, StreamKind
from cameras.live.tiles import forget_pictures
from cameras.models import Camera, CameraState, Stream
from cameras.streams.address import AddressError, NetworkPolicy, StreamAddress
from facilities.domain.networks import networks_of
from facilities.models import Facility, User, Zone

log = logging.getLogger(__name__)


class EditConflict(Exception):  # noqa: N818 - an answer to who saved second
    """Somebody else changed the camera since the person began to edit; nothing was stored."""


@dataclass(frozen=True, slots=True)
class Edited:
    """What an edit did. `password_dropped`: a stored password was removed, for it was meant for another address."""

    camera: Camera
    password_dropped: bool


@dataclass(slots=True)
class Surroundings:
    """What is asked about a facility for each of its cameras, asked once by who registers many of them in a row."""

    policy: NetworkPolicy
    # The name of the camera that has each address.
    addresses: dict[str, str]


def surroundings_of(facility: Facility) -> Surroundings:
    """What is known of the facility now."""
    streams = Stream.objects.filter(camera__zone__facility=facility)
    return Surroundings(policy_of(facility), dict(streams.values_list("url", "camera__name")))


def register_camera(
    *,
    zone: Zone,
    name: str,
    streams: Sequence[StreamEntry],
    interval: int,
    actor: User | None,
    now: datetime,
    surroundings: Surroundings | None = None,
) -> Camera:
    """Store a new camera, due at once. Raises RegistrationRefused.

    A zone where cameras are forbidden is accepted: the record is what raises the finding (rule R2). With
    `surroundings`, which learn of this camera, a name that is taken is left for the database to refuse.
    """
    camera = Camera(zone=zone, name=name.strip(), interval=interval)
    checked = _checked(camera, streams, stored=(), surroundings=surroundings)
    with transaction.atomic():
        _save(camera)
        for stream in checked:
            _store(camera, stream, None)
        CameraState.objects.create(camera=camera, state=State.UNKNOWN, reason=Reason.NOT_PROBED, since=now, due_at=now)
    if surroundings is not None:
        surroundings.addresses |= {stream.address.url: camera.name for stream in checked}
    log.info("Camera %s registered in zone %s by %s", camera.pk, zone.pk, _person(actor))
    return camera


def edit_camera(
    *,
    camera: Camera,
    zone: Zone,
    name: str,
    streams: Sequence[StreamEntry] | None,
    interval: int,
    seen: str | None,
    actor: User | None,
    now: datetime,
) -> Edited:
    """Change a camera; `streams` are all that it has from now on, or None to leave them as they are.

    `seen` is the `version` that the person edited; None overwrites whatever is there. A new address, account or zone
    makes the camera due at once. Raises RegistrationRefused, EditConflict, Camera.DoesNotExist.
    """
    with transaction.atomic():
        # The state before the camera: the order in which the prober locks them, by history rows that refer to the
        # camera. A new name is a new key, so even a weaker lock on the camera would wait for those in a circle.
        CameraState.objects.select_for_update().filter(camera=camera.pk).first()
        camera = Camera.objects.select_for_update(of=("self",)).select_related("zone").get(pk=camera.pk)
        stored = list(camera.streams.order_by("kind"))
        if seen is not None and seen != version(camera, stored):
            raise EditConflict
        before = (camera.zone_id, camera.interval)
        moved = camera.zone_id != zone.pk
        if zone.facility_id != camera.zone.facility_id:
            raise RegistrationRefused(
                [Problem("zone", _("A camera's history belongs to its facility; register it in the other one anew."))]
            )
        camera.zone, camera.name, camera.interval = zone, name.strip(), interval
        checked = _checked(camera, _as_stored(stored) if streams is None else streams, stored)
        if camera.probed_stream not in {stream.kind for stream in checked}:
            camera.probed_stream = StreamKind.MAIN
        _save(camera)
        outcome = _replace_streams(camera, checked, stored)
        _look_again(camera, now, mended=outcome.changed, otherwise=before != (zone.pk, interval))
        if moved or outcome.readdressed:
            transaction.on_commit(lambda: forget_pictures([camera.pk]), robust=True)
    log.info("Camera %s edited by %s", camera.pk, _person(actor))
    return Edited(camera, outcome.password_dropped)


def delete_camera(*, camera: Camera, actor: User | None) -> None:
    """Take back a camera that never delivered a picture. Raises RegistrationRefused for others, Camera.DoesNotExist."""
    pk = camera.pk
    with transaction.atomic():
        # The state before the camera, as above.
        state = CameraState.objects.select_for_update().filter(camera=pk).first()
        if state is None:
            raise Camera.DoesNotExist
        if state.pictured_at is not None:
            raise RegistrationRefused(
                [Problem("camera", _("This camera has delivered pictures; its history is evidence and stays."))]
            )
        camera.delete()
        transaction.on_commit(lambda: forget_pictures([pk]), robust=True)
    log.info("Camera %s deleted by %s", pk, _person(actor))


def version(camera: Camera, streams: Iterable[Stream]) -> str:
    """A text that differs after every change of what people enter. It tells nothing of the password."""
    rows = sorted(
        [stream.kind, stream.url, stream.username, stream.sealed_password, stream.basic_allowed] for stream in streams
    )
    entered = json.dumps([camera.pk, camera.zone_id, camera.name, camera.interval, rows])
    return salted_hmac("cameras.domain.registration.version", entered, algorithm="sha256").hexdigest()


def policy_of(facility: Facility) -> NetworkPolicy:
    """Which addresses cameras of this facility may have."""
    return NetworkPolicy(networks_of(facility.organisation), loopback_allowed=settings.CAMERAS_ON_LOOPBACK)


@dataclass(slots=True)
class _Outcome:
    """What storing the streams came to."""

    changed: bool = False
    readdressed: bool = False
    password_dropped: bool = False


def _checked(
    camera: Camera,
    streams: Sequence[StreamEntry],
    stored: Iterable[Stream],
    surroundings: Surroundings | None = None,
) -> list[CheckedStream]:
    """The streams, if they and the camera's own fields are right; otherwise all that is wrong, at once."""
    policy = surroundings.policy if surroundings else policy_of(camera.zone.facility)
    checked, wrong = check_streams(streams, policy, {StreamKind(stream.kind): stream.url for stream in stored})
    names = surroundings.addresses if surroundings else _others_addresses(camera)
    own = _wrong_with(camera.clean_fields if surroundings else camera.full_clean)
    problems = [*own, *wrong, *_taken(names, checked)]
    if problems:
        raise RegistrationRefused(problems)
    return checked


def _others_addresses(camera: Camera) -> dict[str, str]:
    others = Stream.objects.filter(camera__zone__facility=camera.zone.facility_id).exclude(camera=camera.pk)
    return dict(others.values_list("url", "camera__name"))


def _taken(names: Mapping[str, str], checked: Iterable[CheckedStream]) -> Iterator[Problem]:
    """Addresses that another camera of the facility has: one device must not vouch for two zones."""
    for stream in checked:
        if stream.address.url in names:
            message = _("%(name)s of this facility already has this address. Each camera has its own.")
            yield Problem("address", message % {"name": names[stream.address.url]}, stream.kind)


def _wrong_with(check: Callable[[], None]) -> Iterator[Problem]:
    try:
        check()
    except ValidationError as error:
        for field, messages in error.message_dict.items():
            # Only a name that is taken is wrong with several fields together.
            where, found = ("name", [_NAME_TAKEN]) if field == NON_FIELD_ERRORS else (field, messages)
            yield from (Problem(where, message) for message in found)


_NAME_TAKEN = _("This zone already has a camera of this name.")


def _save(camera: Camera) -> None:
    try:
        with transaction.atomic():
            camera.save()
    except IntegrityError as error:
        # Somebody else took the name between the check and now.
        if "camera_name_once_per_zone" not in str(error):
            raise
        raise RegistrationRefused([Problem("name", _NAME_TAKEN)]) from None


def _as_stored(streams: Iterable[Stream]) -> list[StreamEntry]:
    return [
        StreamEntry(StreamKind(stream.kind), stream.url, stream.username, None, stream.basic_allowed)
        for stream in streams
    ]


def _replace_streams(camera: Camera, checked: list[CheckedStream], stored: Iterable[Stream]) -> _Outcome:
    outcome = _Outcome()
    present = {StreamKind(stream.kind): stream for stream in stored}
    for entry in checked:
        before = present.pop(entry.kind, None)
        after = _store(camera, entry, before)
        if before is None:
            outcome.changed = True
            continue
        outcome.readdressed |= before.url != after.url
        outcome.password_dropped |= bool(
            before.sealed_password and not after.sealed_password and entry.password is None
        )
        outcome.changed |= any(
            getattr(before, name) != getattr(after, name)
            for name in ("url", "username", "sealed_password", "basic_allowed")
        )
    for removed in present.values():
        removed.delete()
        outcome.changed = outcome.readdressed = True
    return outcome


def _store(camera: Camera, entry: CheckedStream, before: Stream | None) -> Stream:
    stream = Stream(pk=before.pk if before else None, camera=camera, kind=entry.kind)
    stream.url, stream.username, stream.basic_allowed = entry.address.url, entry.username, entry.basic_allowed
    stream.sealed_password = _sealed(camera, entry, before)
    stream.save()
    return stream


def _sealed(camera: Camera, entry: CheckedStream, before: Stream | None) -> str:
    if entry.password:
        return seal(entry.password, camera=camera.pk, host=entry.address.host, port=entry.address.port)
    if entry.password is None and before is not None and entry.username and _same_place(before.url, entry.address):
        return before.sealed_password
    return ""


def _same_place(url: str, address: StreamAddress) -> bool:
    """Whether a password stored for the one may be sent to the other: scheme, host and port are the same."""
    try:
        before = StreamAddress.parse(url)
    except AddressError:
        return False
    return (before.scheme, before.host, before.port) == (address.scheme, address.host, address.port)


def _look_again(camera: Camera, now: datetime, *, mended: bool, otherwise: bool) -> None:
    """Make the camera due at once, and let no look that has begun before the edit count any more.

    One whose checks are paused, because it rejects its password, is called again only once its streams were `mended`.
    """
    states = CameraState.objects.filter(camera=camera)
    if mended:
        states.update(
            due_at=now,
            failures=0,
            failing_since=None,
            claimed_until=None,
            awaited_since=None,
            recorded_claim=F("claim"),
        )
    elif otherwise:
        states.filter(due_at__isnull=False).update(
            due_at=now, claimed_until=None, awaited_since=None, recorded_claim=F("claim")
        )


def _person(actor: User | None) -> str:
    return f"user {actor.pk}" if actor else "the command line"
