"""What one worker process keeps between batches: its event loop and its decoder."""

import asyncio
from collections.abc import Sequence
from functools import cache

import uvloop
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone

from cameras.domain.jobs import Job, load_jobs
from cameras.domain.looking import look_at_all
from cameras.domain.observation import Observation
from cameras.domain.recording import record
from cameras.pictures.decoder import Decoder


@cache
def _runner() -> asyncio.Runner:
    return asyncio.Runner(loop_factory=uvloop.new_event_loop)


@cache
def _decoder() -> Decoder:
    return Decoder(require_confinement=settings.REQUIRE_CONFINEMENT)


def probe(claims: Sequence[tuple[int, int]]) -> None:
    """Look at the cameras of those claims (camera, number) and record what is seen."""
    _runner().run(_probe(claims))


async def _probe(claims: Sequence[tuple[int, int]]) -> None:
    jobs = await sync_to_async(_load)(claims)
    await look_at_all(jobs, decoder=_decoder(), record=sync_to_async(_record))


# A connection that broke while the database restarted is let go first: it costs one batch, not all that follow.
def _load(claims: Sequence[tuple[int, int]]) -> list[Job]:
    close_old_connections()
    return load_jobs(claims)


def _record(observations: Sequence[Observation]) -> None:
    close_old_connections()
    record(observations, now=timezone.now())
