"""What one viewer is owed: of each camera on screen the newest tile, and never more than the viewer keeps up with."""

from collections.abc import Iterable, Mapping

# Cameras that one page may watch at once.
MOST_WATCHED = 200
# Frames under way to the page, not yet painted. Beyond it, pictures are dropped for newer ones instead of queued.
WINDOW = 8


class Subscription:
    """The cameras on one viewer's screen, and of which of them a newer tile is due.

    Pure bookkeeping: no pictures are held here. What is due is a set, so a camera that changed ten times while the
    viewer was slow is sent once, as it is by then.
    """

    def __init__(self) -> None:
        self._facilities: dict[int, int] = {}
        # A dict for its order: the longest due is served first.
        self._due: dict[int, None] = {}
        self._under_way = 0

    @property
    def cameras(self) -> set[int]:
        """Cameras that are watched."""
        return set(self._facilities)

    @property
    def facilities(self) -> set[int]:
        """Facilities that have a watched camera."""
        return set(self._facilities.values())

    def watch(self, cameras: Mapping[int, int]) -> None:
        """From now on watch these: camera → its facility. Those that are new are due; the others' due ones stay."""
        new = [camera for camera in cameras if camera not in self._facilities]
        self._facilities = dict(cameras)
        self._due = {camera: None for camera in (*self._due, *new) if camera in cameras}

    def observed(self, cameras: Iterable[int]) -> None:
        """There are newer tiles of these cameras; the ones not watched are of no interest."""
        self._due |= {camera: None for camera in cameras if camera in self._facilities}

    def take(self) -> list[int]:
        """Cameras whose newest tile may be sent now; they are no longer due."""
        taken = list(self._due)[: WINDOW - self._under_way]
        for camera in taken:
            del self._due[camera]
        return taken

    def sending(self, camera: int) -> bool:
        """Count a frame as under way; False if the camera was let go of since it was taken, and must not be sent."""
        if camera not in self._facilities:
            return False
        self._under_way += 1
        return True

    def painted(self, frames: int) -> None:
        """The page has painted, or given up on, that many of the frames under way."""
        self._under_way = max(0, self._under_way - frames)
