"""Accepting cameras (nghiệm thu): each with what was measured of it and a picture of it that was decoded just now."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import redis
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cameras.enums import State
from cameras.live.tiles import pictures
from cameras.models import Acceptance, Camera, ConformanceResult
from facilities.domain.rollout import Account, report_step
from facilities.domain.stored_files import keep
from facilities.enums import Requirement, Stage
from facilities.models import Facility, ProgressReport, StoredFile, User

log = logging.getLogger(__name__)

# How old the picture may be with which a camera is accepted.
PICTURE_NOT_OLDER = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A camera that may be accepted, or why not and what to do."""

    camera: Camera
    refusal: str


def candidates(facility: Facility, *, now: datetime, not_older: timedelta = PICTURE_NOT_OLDER) -> list[Candidate]:
    """The facility's cameras, by name; two of one name in the order of their zones."""
    cameras = (
        Camera.objects.filter(zone__facility=facility).select_related("state", "zone").order_by("name", "zone__name")
    )
    return [Candidate(camera, refusal(camera, now=now, not_older=not_older)) for camera in cameras]


def refusal(camera: Camera, *, now: datetime, not_older: timedelta = PICTURE_NOT_OLDER) -> str:
    """Why the camera cannot be accepted now, and what to do; empty if it can."""
    state, named = camera.state, {"camera": camera.name}
    if state.pictured_at is None or not (state.codec and state.width and state.height):
        text = _("%(camera)s has delivered no picture yet. Open its page, mend what it says there, and accept it then.")
        return text % named
    if state.state != State.OK:
        text = _(
            "%(camera)s does not deliver a good picture now (%(state)s). Open its page and mend what it says there."
        )
        return text % {**named, "state": state.get_reason_display() or state.get_state_display()}
    if now - state.pictured_at > not_older:
        text = _(
            "The last picture of %(camera)s is of %(time)s, more than %(minutes)s minutes ago. Wait for its next check."
        )
        time = timezone.localtime(state.pictured_at).strftime("%H:%M %d/%m/%Y")
        return text % {**named, "time": time, "minutes": int(not_older.total_seconds() // 60)}
    return ""


@transaction.atomic
def report_acceptance(
    *,
    facility: Facility,
    cameras: Sequence[int],
    account: Account,
    actual_cost: int | None = None,
    actor: User | None,
    now: datetime,
    not_older: timedelta = PICTURE_NOT_OLDER,
) -> ProgressReport:
    """Report that these cameras (ids) were accepted; all of them or none.

    Raises ValidationError at cameras, naming each that cannot be accepted, and as `report_step`.
    """
    if not cameras:
        raise ValidationError({"cameras": _("Choose at least one camera.")})
    report = report_step(
        facility=facility, stage=Stage.ACCEPTED, account=account, actual_cost=actual_cost, actor=actor, now=now
    )
    chosen = [each for each in candidates(facility, now=now, not_older=not_older) if each.camera.pk in set(cameras)]
    mistakes = [each.refusal for each in chosen if each.refusal]
    if len(chosen) < len(set(cameras)):
        mistakes.append(_("A camera that you chose is no longer there. Load the page again."))
    if mistakes:
        raise ValidationError({"cameras": mistakes})
    newest = _newest_pictures(each.camera for each in chosen)
    for each in chosen:
        _accept(each.camera, report, newest.get(each.camera.pk), actor=actor, now=now, not_older=not_older)
    return report


def _newest_pictures(cameras: Iterable[Camera]) -> dict[int, tuple[datetime, bytes]]:
    """The newest picture of each, but for those where none may be shown. Without the store of tiles none is kept."""
    shown = [camera.pk for camera in cameras if camera.zone.requirement is not Requirement.FORBIDDEN]
    try:
        return pictures(shown)
    except redis.RedisError:
        log.warning("Cameras are accepted without keeping pictures: the store of tiles does not answer")
        return {}


def _accept(
    camera: Camera,
    report: ProgressReport,
    newest: tuple[datetime, bytes] | None,
    *,
    actor: User | None,
    now: datetime,
    not_older: timedelta,
) -> None:
    state = camera.state
    measured_at = state.pictured_at
    if measured_at is None or state.width is None or state.height is None:
        raise ValidationError({"cameras": refusal(camera, now=now)})
    conformance = ConformanceResult.objects.create(
        camera=camera,
        measured_at=measured_at,
        codec=state.codec,
        width=state.width,
        height=state.height,
        luma=state.luma,
        contrast=state.contrast,
    )
    seen_at, kept = measured_at, None
    if newest is not None and now - newest[0] <= not_older:
        seen_at, kept = newest[0], _kept(camera, newest[1], report.facility, actor=actor, now=now)
    Acceptance.objects.create(
        camera=camera,
        report=report,
        conformance=conformance,
        pictured_at=seen_at,
        picture=kept,
        accepted_by=actor,
        accepted_at=report.recorded_at,
    )


def _kept(camera: Camera, jpeg: bytes, facility: Facility, *, actor: User | None, now: datetime) -> StoredFile:
    upload = SimpleUploadedFile(f"{camera.name}.jpg", jpeg, "image/jpeg")
    return keep(upload, organisation=facility.organisation, actor=actor, now=now)
