"""Looking at many cameras side by side: each stream up to its first keyframe, each keyframe decoded in confinement."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from cameras.domain.dispatch import LOOKING
from cameras.domain.jobs import Job
from cameras.domain.observation import Observation
from cameras.domain.verdict import fault, judge
from cameras.enums import Reason
from cameras.pictures.decoder import Decoder, Undecodable
from cameras.streams.reader import StreamFailure, read_keyframe

log = logging.getLogger(__name__)

# What is seen is written in handfuls: soon enough for the wall, seldom enough for the database. A camera that takes its
# whole deadline to fail holds up nobody else's picture.
GATHER_SECONDS = 0.4
HANDFUL = 25

Recorder = Callable[[Sequence[Observation]], Awaitable[None]]


async def look_at_all(jobs: Sequence[Job], *, decoder: Decoder, record: Recorder) -> None:
    """Take every look and hand what was seen to `record`, a handful at a time, as it comes."""
    seen: asyncio.Queue[Observation] = asyncio.Queue()

    async def one(job: Job) -> None:
        await seen.put(await look(job, decoder))

    async with asyncio.TaskGroup() as tasks:
        for job in jobs:
            tasks.create_task(one(job))
        left = len(jobs)
        while left:
            handful = await _handful(seen, left)
            left -= len(handful)
            await record(handful)


async def look(job: Job, decoder: Decoder) -> Observation:
    """One look. It never fails: whatever goes wrong is a verdict, on the camera or on ourselves."""
    try:
        async with asyncio.timeout(LOOKING.total_seconds()):
            return await _look(job, decoder)
    except TimeoutError:
        # A read has its own, shorter deadline: others, whose pictures take long, held up the decoder.
        log.warning("Camera %s waited in vain for the decoder", job.camera)
    except Exception:
        log.exception("Looking at camera %s failed through a fault of ours", job.camera)
    return Observation(job.camera, job.claim, datetime.now(UTC), fault(Reason.OUR_FAULT))


async def _look(job: Job, decoder: Decoder) -> Observation:
    if isinstance(job.request, Reason):
        return Observation(job.camera, job.claim, datetime.now(UTC), fault(job.request))
    try:
        keyframe = await read_keyframe(job.request)
        at = datetime.now(UTC)
        picture = await decoder.decode(keyframe.codec, keyframe.access_unit)
    except (StreamFailure, Undecodable) as failure:
        if failure.reason is Reason.OUR_FAULT:
            log.warning("Camera %s could not be looked at: %s", job.camera, failure.detail)
        return Observation(job.camera, job.claim, datetime.now(UTC), fault(failure.reason))
    return Observation(job.camera, job.claim, at, judge(picture), picture, keyframe.seconds)


async def _handful(seen: asyncio.Queue[Observation], left: int) -> list[Observation]:
    """The next observations: at least one, then whatever comes within the gathering time."""
    handful = [await seen.get()]
    try:
        async with asyncio.timeout(GATHER_SECONDS):
            while len(handful) < min(HANDFUL, left):
                handful.append(await seen.get())
    except TimeoutError:
        pass
    return handful
