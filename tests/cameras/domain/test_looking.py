"""A batch of looks, where the machine or the decoder fails them."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest

from cameras.domain import looking
from cameras.domain.jobs import Job
from cameras.domain.looking import look_at_all
from cameras.domain.observation import Observation
from cameras.domain.verdict import fault
from cameras.enums import Codec, Reason
from cameras.pictures.decoder import Decoder, Picture, Undecodable
from cameras.streams.address import NetworkPolicy, StreamAddress
from cameras.streams.reader import Keyframe
from cameras.streams.request import StreamRequest

REQUEST = StreamRequest(StreamAddress.parse("rtsp://10.1.2.3/main"), NetworkPolicy((ip_network("10.0.0.0/8"),)))
JOBS = [Job(camera, 1, REQUEST) for camera in range(5)]


class StuckDecoder(Decoder):
    """Never done with a picture, like one that is fed by many hostile cameras."""

    async def decode(self, *_given: Any, **_options: Any) -> Picture:
        await asyncio.Event().wait()
        raise AssertionError


class MissingDecoder(Decoder):
    """Says that it is not to be had."""

    async def decode(self, *_given: Any, **_options: Any) -> Picture:
        raise Undecodable(Reason.OUR_FAULT, "bwrap is gone")


@pytest.fixture(autouse=True)
def _cameras_that_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    async def read(_request: StreamRequest) -> Keyframe:
        return Keyframe(Codec.H264, b"", 0, 0.0, None)

    monkeypatch.setattr(looking, "read_keyframe", read)


def seen_by(decoder: Decoder, jobs: Sequence[Job]) -> list[Observation]:
    seen: list[Observation] = []

    async def record(observations: Sequence[Observation]) -> None:
        seen.extend(observations)

    asyncio.run(look_at_all(jobs, decoder=decoder, record=record))
    return seen


def test_a_decoder_that_is_held_up_ends_the_batch_within_its_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "LOOKING", timedelta(seconds=0.2))
    refused = Job(9, 1, Reason.ADDRESS)
    seen = {observation.camera: observation.verdict for observation in seen_by(StuckDecoder(), [*JOBS, refused])}
    assert seen == {job.camera: fault(Reason.OUR_FAULT) for job in JOBS} | {9: fault(Reason.ADDRESS)}


def test_our_own_fault_is_told_to_the_operators(caplog: pytest.LogCaptureFixture) -> None:
    seen_by(MissingDecoder(), JOBS[:1])
    assert [entry.getMessage() for entry in caplog.records] == ["Camera 0 could not be looked at: bwrap is gone"]
