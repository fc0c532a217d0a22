"""`make bench-probe`: what one verification costs, three ways, over the same streams in the same run.

(a) what people write today: one ffprobe and one ffmpeg snapshot per camera, from a Celery task;
(b) this portal's whole pipeline: dispatch, reading, confined decoding, database and tile;
(c) the floor: decoding, scaling and JPEG-encoding one keyframe of the same stream in a warm process.

CPU seconds are those of the worker with all its processes; the streams' server is left out. The database's and the
queue's own CPU is shown beside (b). Workers are warm: each of their processes has looked at a camera before.
"""

import json
import os
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context

from django.db.models import F
from django.utils import timezone

from cameras.enums import State
from cameras.models import CameraState
from cameras.pictures.picture import TILE_WIDTH
from cameras.pictures.render import render
from cameras.streams.reader import Keyframe
from cameras.tasks import dispatch
from portal.environment import VAR
from tests.bench import app, fleet  # the application first: it says where results of tasks go
from tests.bench.measuring import cpu_of_servers, cpu_of_tree, wait_until, worker
from tests.bench.naive import check_camera
from tests.bench.reading import read_side_by_side

SIZES = [int(size) for size in os.environ.get("BENCH_SIZES", "50,200,800").split(",")]
PROCESSES = os.cpu_count() or 2
# What people run: as many snapshots at once as the machine can keep busy while most wait for the network.
NAIVE_PROCESSES = 4 * PROCESSES


@dataclass(frozen=True)
class Cost:
    """Per verification: milliseconds of CPU, but for the ratios and for bytes."""

    a_ms: float
    b_ms: float
    b_servers_ms: float
    c_ms: float
    a_over_b: float
    b_over_c: float
    seconds_all_verified: float
    bytes_fetched: int
    bytes_in_flight: int


def main() -> None:
    """Measure, print the table, and the same figures as JSON on the last line."""
    assert app.app.conf.result_backend
    costs: dict[str, Cost] = {}
    for size in SIZES:
        with fleet.simulated(size):
            fleet.register(size)
            keyframes, memory = _read(size)
            floor = _floor(keyframes)
            b, servers, seconds = _pipeline(size)
            a = _naive(size)
        fetched = sum(keyframe.bytes_read for keyframe in keyframes) // len(keyframes)
        costs[str(size)] = Cost(a, b, servers, floor, a / b, b / floor, seconds, fetched, memory)
        _print_row(size, costs[str(size)], header=size == SIZES[0])
    print(json.dumps({size: {k: round(v, 2) for k, v in asdict(cost).items()} for size, cost in costs.items()}))


def _naive(size: int) -> float:
    """(a): milliseconds of CPU per camera."""
    with worker("-c", str(NAIVE_PROCESSES), "-Q", "naive", "-n", "naive@%h", "--max-tasks-per-child", "100000") as pid:
        time.sleep(3)
        before = cpu_of_tree(pid)
        queued = [
            check_camera.apply_async(args=(fleet.url_with_password(number),), queue="naive", ignore_result=False)
            for number in range(1, size + 1)
        ]
        wait_until(lambda: all(task.ready() for task in queued), seconds=60 + 6.0 * size, what="all snapshots taken")
        cost = cpu_of_tree(pid) - before
    failed = sum(task.failed() for task in queued)
    if failed:
        raise RuntimeError(f"{failed} of {size} snapshots failed")
    return cost / size * 1000


def _pipeline(size: int) -> tuple[float, float, float]:
    """(b): milliseconds of CPU per camera of the workers and of the servers, and seconds until all are verified."""
    queues = "default,probe.central"
    with worker("-c", str(PROCESSES), "-Q", queues, "-n", "probe@%h", "-O", "fair") as pid:
        _warm_up(size)
        CameraState.objects.update(due_at=timezone.now(), claimed_until=None)
        before, servers_before, started = cpu_of_tree(pid), cpu_of_servers(VAR / "bench"), time.monotonic()
        round_of = CameraState.objects.order_by("-claim").values_list("claim", flat=True)[0] + 1
        dispatch.delay()
        verified = CameraState.objects.filter(recorded_claim=round_of)
        wait_until(lambda: verified.count() == size, seconds=60 + 0.5 * size, what="all cameras verified")
        seconds = time.monotonic() - started
        cost, servers = cpu_of_tree(pid) - before, cpu_of_servers(VAR / "bench") - servers_before
    bad = CameraState.objects.exclude(state=State.OK)
    if bad.exists():
        raise RuntimeError(f"not verified: {list(bad.values_list('camera', 'state', 'reason')[:5])}")
    return cost / size * 1000, servers / size * 1000, seconds


def _warm_up(size: int) -> None:
    """Let each process of the worker look at all cameras once, so that nothing below pays for a start."""
    for _ in range(2):
        CameraState.objects.update(due_at=timezone.now(), claimed_until=None, claim=F("claim") + 1)
        dispatch.delay()
        looked_at = CameraState.objects.filter(recorded_claim=F("claim"), claim__gt=0)
        wait_until(lambda: looked_at.count() == size, seconds=90 + 0.5 * size, what="workers warm")  # noqa: B023 - called in this turn


def _read(size: int) -> tuple[list[Keyframe], int]:
    urls = [fleet.url_of(number) for number in range(1, size + 1)]
    # A fresh process: its memory is that of the streams alone.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(read_side_by_side, urls).result()


def _floor(keyframes: list[Keyframe]) -> float:
    """(c): milliseconds of CPU to decode, scale and JPEG-encode one keyframe, the libraries warm."""
    some = keyframes[:50]
    for keyframe in some[:5]:
        render(keyframe.codec, keyframe.access_unit, TILE_WIDTH)
    started = time.process_time()
    for keyframe in some:
        render(keyframe.codec, keyframe.access_unit, TILE_WIDTH)
    return (time.process_time() - started) / len(some) * 1000


def _print_row(size: int, cost: Cost, *, header: bool) -> None:
    if header:
        print(f"{PROCESSES} cores; 1080p, 25 pictures/s, keyframe every 2 s; CPU per verification in ms")
        print(
            f"{'streams':>8} {'(a) ffprobe+ffmpeg':>19} {'(b) pipeline':>13} {'+ servers':>10} {'(c) floor':>10} "
            f"{'a/b':>6} {'b/c':>6} {'fetched':>10} {'in flight':>10} {'round':>8}"
        )
    print(
        f"{size:>8} {cost.a_ms:>19.0f} {cost.b_ms:>13.1f} {cost.b_servers_ms:>10.1f} {cost.c_ms:>10.1f} "
        f"{cost.a_over_b:>6.1f} {cost.b_over_c:>6.2f} {cost.bytes_fetched / 1024:>7.0f} kB "
        f"{cost.bytes_in_flight / 1024:>7.0f} kB {cost.seconds_all_verified:>6.1f} s",
        flush=True,
    )
