"""Where the pictures of a fleet are made: live feeds, the clip, single JPEGs."""

import asyncio
import math
import time
from concurrent.futures import ThreadPoolExecutor

from cameras.simulator.encoder import jpeg
from cameras.simulator.feed import LiveFeed
from cameras.simulator.footage import ClipFeed, Footage, Projector
from cameras.simulator.recipe import Recipe

PICTURES_PER_SECOND = 5
"""Of MJPEG; a snapshot is at most so old."""
_GOLDEN = (math.sqrt(5) - 1) / 2
"""Its multiples, modulo 1, spread cameras' phases evenly whatever their number."""


class Studio:
    """Shares encoders, clip and JPEGs among cameras; `linger` as in Conduct."""

    def __init__(self, *, linger: float, footage: Footage | None = None) -> None:
        # Two threads: encoding leaves the interpreter's lock, and the event loop stays free to send.
        self._executor = ThreadPoolExecutor(2, thread_name_prefix="studio")
        self._linger = linger
        self._feeds: dict[Recipe, LiveFeed] = {}
        self._projector = Projector(footage) if footage else None
        self._clips: dict[int, ClipFeed] = {}
        self._jpegs: dict[Recipe | ClipFeed, tuple[int, asyncio.Future[bytes]]] = {}

    def live(self, recipe: Recipe) -> LiveFeed:
        """The feed of this recipe, made when it is first asked for."""
        if recipe not in self._feeds:
            ssrc = 0x5A000000 + len(self._feeds)
            self._feeds[recipe] = LiveFeed(recipe, self._executor, linger=self._linger, ssrc=ssrc)
        return self._feeds[recipe]

    def clip(self, number: int) -> ClipFeed | None:
        """Camera `number`'s feed of the clip; None where the fleet has no clip."""
        if self._projector is None:
            return None
        if number not in self._clips:
            self._clips[number] = self._projector.feed(number * _GOLDEN % 1)
        return self._clips[number]

    def running(self) -> list[Recipe]:
        """The recipes that are being encoded."""
        return [recipe for recipe, feed in self._feeds.items() if feed.running]

    async def jpeg(self, source: Recipe | ClipFeed) -> bytes:
        """The picture of now, made at most PICTURES_PER_SECOND times a second however many ask."""
        slot = int(time.time() * PICTURES_PER_SECOND)
        known = self._jpegs.get(source)
        if known is None or known[0] != slot:
            work = asyncio.get_running_loop().run_in_executor(self._executor, _picture, source, slot)
            known = self._jpegs[source] = slot, work
        return await asyncio.shield(known[1])

    async def aclose(self) -> None:
        """Stops feeds and threads."""
        await asyncio.gather(*(feed.aclose() for feed in self._feeds.values()))
        if self._projector is not None:
            await self._projector.aclose()
        self._executor.shutdown()


def _picture(source: Recipe | ClipFeed, slot: int) -> bytes:
    if isinstance(source, ClipFeed):
        return jpeg(source.picture())
    moment = source.shown_moment(slot / PICTURES_PER_SECOND)
    grain = 0 if source.frozen_at is not None else slot
    return jpeg(source.canvas.picture(moment, grain))
