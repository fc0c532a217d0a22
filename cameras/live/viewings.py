"""Putting views of pictures on record: whose pictures were opened, by whom, and when they were closed again."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from facilities.domain.records import Whence, record, requested_from
from facilities.enums import RecordedAction
from facilities.models import User


class Shown(NamedTuple):
    """A camera on somebody's screen."""

    camera: int
    facility: int
    # The facility's node of the tree, and its name.
    organisation: int
    name: str
    # It stands where none may: its state is shown, its pictures never are.
    hidden: bool


def record_viewings(
    *, closed: Iterable[Shown], opened: Iterable[Shown], viewer: User, socket: str, whence: Whence, now: datetime
) -> None:
    """One record per facility of the cameras whose pictures are closed, one of those that are opened; all or none.

    `socket` is a short mark that tells the viewer's open pages apart.
    """
    with transaction.atomic(), requested_from(whence):
        for action, shown in ((RecordedAction.PICTURES_CLOSED, closed), (RecordedAction.PICTURES_OPENED, opened)):
            for organisation, name, cameras in _by_facility(shown):
                detail = {"cameras": cameras, "socket": socket}
                record(action, actor=viewer, now=now, organisation=organisation, subject=name, detail=detail)


def _by_facility(shown: Iterable[Shown]) -> list[tuple[int, str, list[int]]]:
    """Of those that show a picture: node, name, ids of the cameras."""
    found: dict[tuple[int, str], list[int]] = {}
    for each in sorted(shown):
        if not each.hidden:
            found.setdefault((each.organisation, each.name), []).append(each.camera)
    return [(organisation, name, cameras) for (organisation, name), cameras in sorted(found.items())]
