"""A clip that all cameras play endlessly, each at its own phase, without any encoding."""

import asyncio
import bisect
import contextlib
import time
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from av.bitstream import BitStreamFilterContext

from cameras.enums import Codec
from cameras.simulator.feed import Subscriber
from cameras.simulator.nal import parameter_sets, split_annex_b
from cameras.simulator.rtp import CLOCK_RATE, Unit, packetise
from cameras.simulator.sdp import Description

_CODECS = {"h264": Codec.H264, "hevc": Codec.H265}


@dataclass(frozen=True, slots=True)
class _Frame:
    units: list[bytes]
    keyframe: bool
    sent: float
    """Seconds from the clip's start at which it is sent."""
    shown: float
    """Seconds from the clip's start at which it is shown: its RTP timestamp."""
    first_packet: int


class Footage:
    """The frames of a file's video track, packetised once per turn of the loop and shared by all cameras.

    Raises ValueError for a file that PyAV cannot open or that holds no H.264 or H.265.
    """

    ssrc = 0x5B000000

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._load()
        except (av.FFmpegError, OSError) as error:
            raise ValueError(f"The clip {path} cannot be read: {error}. Give a video file.") from error
        self._units: dict[tuple[int, int], Unit] = {}

    def _load(self) -> None:
        with av.open(str(self.path)) as container:
            if not container.streams.video or container.streams.video[0].codec.canonical_name not in _CODECS:
                raise ValueError(f"The clip {self.path} holds no H.264 or H.265. Convert it with ffmpeg.")
            stream = container.streams.video[0]
            name = stream.codec.canonical_name
            self.codec = _CODECS[name]
            self.fps = float(stream.average_rate or stream.guessed_rate or 25)
            to_annex_b = BitStreamFilterContext(f"{name}_mp4toannexb", stream)
            packets = [
                filtered for packet in container.demux(stream) if packet.size for filtered in to_annex_b.filter(packet)
            ]
            base = stream.time_base or Fraction(1, CLOCK_RATE)
        self._take([(bytes(p), p.is_keyframe, p.dts or 0, p.pts or p.dts or 0) for p in packets], float(base))

    def _take(self, packets: list[tuple[bytes, bool, int, int]], base: float) -> None:
        start = packets[0][2]
        self.frames: list[_Frame] = []
        self.packets = 0
        for data, keyframe, dts, pts in packets:
            units = split_annex_b(data)
            self.frames.append(_Frame(units, keyframe, (dts - start) * base, (pts - start) * base, self.packets))
            packed = packetise(units, self.codec, sequence=0, timestamp=0, ssrc=self.ssrc, keyframe=keyframe)
            self.packets += packed.packets
        self.seconds = self.frames[-1].sent + 1 / self.fps
        self._starts = [frame.sent for frame in self.frames]
        sets = parameter_sets([unit for frame in self.frames for unit in frame.units], self.codec)
        self.description = Description(self.codec, tuple(dict.fromkeys(sets)), self.fps)

    def position(self, at: float) -> tuple[int, int]:
        """The turn of the loop and the next frame `at` seconds after the first turn began."""
        turn, within = divmod(at, self.seconds)
        index = bisect.bisect_left(self._starts, within)
        return (int(turn), index) if index < len(self.frames) else (int(turn) + 1, 0)

    def due(self, turn: int, index: int) -> float:
        """Seconds after the first turn's begin at which a frame is sent."""
        return turn * self.seconds + self.frames[index].sent

    def unit(self, turn: int, index: int) -> Unit:
        """The access unit, with sequence numbers and timestamps that go on from turn to turn."""
        key = turn, index
        if key not in self._units:
            frame = self.frames[index]
            if index == 0:
                # Phases differ by less than one turn: only this turn and the last one are still played.
                self._units = {old: unit for old, unit in self._units.items() if old[0] >= turn - 1}
            self._units[key] = packetise(
                frame.units,
                self.codec,
                sequence=turn * self.packets + frame.first_packet,
                timestamp=round((turn * self.seconds + frame.shown) * CLOCK_RATE),
                ssrc=self.ssrc,
                keyframe=frame.keyframe,
            )
        return self._units[key]

    def keyframe(self, at: float) -> int:
        """The index of the keyframe that was last sent `at` seconds after the first turn's begin."""
        _, index = self.position(at)
        index -= 1
        while not self.frames[index].keyframe:
            index -= 1
        return index % len(self.frames)

    def picture(self, index: int) -> av.VideoFrame:
        """The keyframe at `index`, decoded."""
        decoder = av.CodecContext.create("h264" if self.codec == Codec.H264 else "hevc", "r")
        data = b"".join(b"\x00\x00\x00\x01" + unit for unit in self.frames[index].units)
        frames = [*decoder.decode(av.Packet(data)), *decoder.decode(None)]
        frame = frames[0]
        assert isinstance(frame, av.VideoFrame)  # noqa: S101 - narrows PyAV's type
        return frame


class Projector:
    """Sends the footage to every session that plays, from one timer."""

    def __init__(self, footage: Footage) -> None:
        self.footage = footage
        self._epoch = time.monotonic()
        self._feeds: set[ClipFeed] = set()
        self._task: asyncio.Task[None] | None = None

    def feed(self, phase: float) -> "ClipFeed":
        """A camera's own feed, `phase` (0..1) of the clip ahead."""
        return ClipFeed(self, phase * self.footage.seconds)

    def elapsed(self) -> float:
        return time.monotonic() - self._epoch

    def start(self, feed: "ClipFeed") -> None:
        self._feeds.add(feed)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())

    def stop(self, feed: "ClipFeed") -> None:
        self._feeds.discard(feed)

    async def _run(self) -> None:
        while self._feeds:
            for feed in tuple(self._feeds):
                feed.advance()
            await asyncio.sleep(1 / self.footage.fps)

    async def aclose(self) -> None:
        """Stops the timer."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task


class ClipFeed:
    """One camera's place in the footage."""

    def __init__(self, projector: Projector, phase: float) -> None:
        self._projector = projector
        self._phase = phase
        self._subscribers: set[Subscriber] = set()
        self._next = (0, 0)
        self.ssrc = projector.footage.ssrc

    async def description(self) -> Description:
        return self._projector.footage.description

    def subscribe(self, subscriber: Subscriber) -> tuple[int, int]:
        footage = self._projector.footage
        if not self._subscribers:
            self._next = footage.position(self._projector.elapsed() + self._phase)
            self._projector.start(self)
        self._subscribers.add(subscriber)
        unit = footage.unit(*self._next)
        return unit.sequence, unit.timestamp

    def unsubscribe(self, subscriber: Subscriber) -> None:
        self._subscribers.discard(subscriber)
        if not self._subscribers:
            self._projector.stop(self)

    def picture(self) -> av.VideoFrame:
        """The keyframe that was sent last, decoded."""
        footage = self._projector.footage
        return footage.picture(footage.keyframe(self._projector.elapsed() + self._phase))

    def advance(self) -> None:
        """Delivers every frame that has become due."""
        footage = self._projector.footage
        now = self._projector.elapsed() + self._phase
        while (due := footage.due(*self._next)) <= now:
            turn, index = self._next
            unit = footage.unit(turn, index)
            captured = time.time() + footage.frames[index].shown - footage.frames[index].sent + due - now
            for subscriber in tuple(self._subscribers):
                subscriber.deliver(unit, captured)
            self._next = (turn, index + 1) if index + 1 < len(footage.frames) else (turn + 1, 0)
