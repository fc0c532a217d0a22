"""What one worker process keeps between batches: its event loop and its decoder."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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


def shut_down() -> None:
    """End the decoder and the loop, before the process ends or where it is done with looking."""
    _runner().run(_decoder().aclose())
    _runner().close()
    _runner.cache_clear()
    _decoder.cache_clear()


async def _probe(claims: Sequence[tuple[int, int]]) -> None:
    jobs = await sync_to_async(_load)(claims)
    await look_at_all(jobs, decoder=_decoder(), record=sync_to_async(_record))


def _load(claims: Sequence[tuple[int, int]]) -> list[Job]:
    with _lent_connection():
        return load_jobs(claims)


def _record(observations: Sequence[Observation]) -> None:
    with _lent_connection():
        record(observations, now=timezone.now())


@contextmanager
def _lent_connection() -> Iterator[None]:
    """A connection out of the pool, given back after: one that broke meanwhile costs one batch, not all that follow."""
    close_old_connections()
    try:
        yield
    finally:
        close_old_connections()
