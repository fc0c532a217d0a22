"""Live feeds: one encoder per recipe, shared by all sessions that watch it."""

import asyncio
import contextlib
import time
from concurrent.futures import Executor
from typing import Protocol

from cameras.enums import Codec
from cameras.simulator.encoder import Encoder
from cameras.simulator.nal import parameter_sets, resized_sps
from cameras.simulator.recipe import GOP_SECONDS, Recipe
from cameras.simulator.rtp import CLOCK_RATE, Unit, packetise
from cameras.simulator.sdp import Description

HUGE = 16384
"""Width and height that the fault `huge` announces."""
_LATEST = 1.0
"""Seconds that an encoder may lag before frames are left out."""


class Subscriber(Protocol):
    """A session that plays."""

    def deliver(self, unit: Unit, captured: float) -> None:
        """Takes an access unit; `captured` is the time of capture by the camera's own clock (Unix seconds)."""


class Feed(Protocol):
    """A stream to which sessions subscribe."""

    ssrc: int

    async def description(self) -> Description: ...

    def subscribe(self, subscriber: Subscriber) -> tuple[int, int]:
        """Delivers from now on; answers the next packet's sequence number and RTP timestamp."""

    def unsubscribe(self, subscriber: Subscriber) -> None: ...


class LiveFeed:
    """Draws, encodes and packetises `recipe` while anybody is subscribed, and `linger` seconds longer."""

    def __init__(self, recipe: Recipe, executor: Executor, *, linger: float, ssrc: int) -> None:
        self.recipe = recipe
        self.ssrc = ssrc
        self._executor = executor
        self._linger = linger
        self._subscribers: set[Subscriber] = set()
        self._task: asyncio.Task[None] | None = None
        self._described: asyncio.Future[Description] | None = None
        self._encoder: Encoder | None = None
        self._group = 0
        self._sequence = 0
        # Feeds begin at different parts of a second, so that their work does not come all at once.
        self._epoch = time.monotonic() - ssrc * 0.37 % GOP_SECONDS
        self._next_tick = 0

    async def description(self) -> Description:
        """Takes the parameter sets from a first keyframe of the same settings, once."""
        if self._described is None:
            loop = asyncio.get_running_loop()
            self._described = loop.run_in_executor(self._executor, self._describe)
        return await asyncio.shield(self._described)

    def subscribe(self, subscriber: Subscriber) -> tuple[int, int]:
        self._subscribers.add(subscriber)
        if not self.running:
            self._next_tick = self._tick() + 1
            self._group = self._next_tick // (GOP_SECONDS * self.recipe.fps)
            self._task = asyncio.create_task(self._run())
        return self._sequence & 0xFFFF, self._timestamp(self._next_tick) & 0xFFFFFFFF

    @property
    def running(self) -> bool:
        """Whether it encodes."""
        return self._task is not None and not self._task.done()

    def unsubscribe(self, subscriber: Subscriber) -> None:
        self._subscribers.discard(subscriber)

    async def aclose(self) -> None:
        """Stops the encoder."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def _tick(self) -> int:
        return int((time.monotonic() - self._epoch) * self.recipe.fps)

    def _timestamp(self, tick: int) -> int:
        return tick * CLOCK_RATE // self.recipe.fps

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        idle_since: float | None = None
        try:
            while idle_since is None or time.monotonic() - idle_since < self._linger:
                tick = max(self._next_tick, self._tick() - int(_LATEST * self.recipe.fps))
                await asyncio.sleep(self._epoch + tick / self.recipe.fps - time.monotonic())
                captured = time.time()
                unit = await loop.run_in_executor(self._executor, self._produce, tick, captured)
                self._next_tick = tick + 1
                self._sequence += unit.packets
                for subscriber in tuple(self._subscribers):
                    subscriber.deliver(unit, captured + self.recipe.clock_offset)
                if self._subscribers:
                    idle_since = None
                elif idle_since is None:
                    idle_since = time.monotonic()
        finally:
            self._encoder = None

    def _produce(self, tick: int, captured: float) -> Unit:
        """Draws and encodes one frame, in a worker thread.

        Keyframes stand at fixed places of time. An encoder that starts between two of them makes one more,
        which nobody gets: who connects then begins amid a group of pictures, as with a camera that never stops.
        """
        group = tick // (GOP_SECONDS * self.recipe.fps)
        keyframe = group != self._group and self.recipe.keyframes
        self._group = group
        fresh = self._encoder is None
        if self._encoder is None:
            canvas = self.recipe.canvas
            self._encoder = Encoder(self.recipe.codec, canvas.width, canvas.height, self.recipe.fps)
        if self._encoder.repeats and not keyframe:
            # People move at half the frame rate, which nobody minds and which halves the cost of a scene.
            units = self._encoder.repeat()
        else:
            grain = 0 if self.recipe.frozen_at is not None else group
            self.recipe.canvas.draw(self._encoder.frame, self.recipe.shown_moment(captured), grain)
            if fresh and not keyframe:
                self._encoder.encode(keyframe=True)
            units = self._altered(self._encoder.encode(keyframe=keyframe))
        return packetise(
            units,
            self.recipe.codec,
            sequence=self._sequence,
            timestamp=self._timestamp(tick),
            ssrc=self.ssrc,
            keyframe=keyframe,
        )

    def _describe(self) -> Description:
        canvas = self.recipe.canvas
        encoder = Encoder(self.recipe.codec, canvas.width, canvas.height, self.recipe.fps)
        units = self._altered(encoder.encode(keyframe=True))
        sets = parameter_sets(units, self.recipe.codec)
        return Description(self.recipe.codec, tuple(sets), self.recipe.fps)

    def _altered(self, units: list[bytes]) -> list[bytes]:
        if not self.recipe.huge:
            return units
        sps = parameter_sets(units, Codec.H264)[:1]
        return [resized_sps(unit, HUGE, HUGE) if unit in sps else unit for unit in units]
