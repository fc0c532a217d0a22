"""The command line of the simulator: what may be asked for, checked."""

import os
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from cameras.simulator.authentication import Scheme
from cameras.simulator.camera import MOST_CAMERAS, PASSWORD, USERNAME, SimulatedCamera
from cameras.simulator.control import CONTROL_PORT
from cameras.simulator.device import Conduct
from cameras.simulator.faults import Fault

Word = TypeVar("Word")


def add_arguments(parser: ArgumentParser) -> None:
    """Declares the options; `fleet_cameras` and `fleet_conduct` read them."""
    usual = Conduct()
    parser.add_argument("--cameras", type=_count, default=8, metavar="N", help="how many cameras, numbered from 1")
    parser.add_argument(
        "--faults",
        type=_shares,
        default={},
        metavar="die=3,black=5",
        help="so many of the last cameras have these faults. " + "; ".join(f"{f}: {f.meaning}" for f in Fault),
    )
    parser.add_argument(
        "--fault", type=_fault_of, action="append", default=[], metavar="17=die", help="a given camera's fault"
    )
    parser.add_argument(
        "--auth",
        type=_scheme_of,
        action="append",
        default=[],
        metavar="[17=]digest|basic|none",
        help="how all cameras, or one, ask for the password (digest)",
    )
    parser.add_argument("--username", default=USERNAME)
    parser.add_argument(
        "--password",
        default=os.environ.get("SIMULATOR_PASSWORD", PASSWORD),
        help="of every camera; better in the environment variable SIMULATOR_PASSWORD",
    )
    parser.add_argument("--clip", type=Path, metavar="FILE", help="all cameras serve this file's H.264 or H.265 video")
    parser.add_argument("--port", type=_port, default=usual.rtsp_port, help="RTSP port of every camera")
    parser.add_argument(
        "--http-port", type=_port, default=usual.http_port, help="HTTP port of every camera; 0: no HTTP"
    )
    parser.add_argument(
        "--start",
        choices=["live", "keyframe"],
        default=usual.start,
        help="whether media begin at once, or with the next keyframe",
    )
    parser.add_argument("--lockout-seconds", type=float, default=usual.lockout_seconds)
    parser.add_argument("--drift-seconds", type=float, default=usual.drift_seconds)
    parser.add_argument("--control-port", type=_port, default=CONTROL_PORT, help="of the control API on 127.0.0.1")
    parser.add_argument(
        "--tell",
        type=_told,
        action="append",
        default=[],
        metavar="17=die",
        help="change a camera of the fleet that is running (17=none ends its fault), then exit",
    )


def fleet_cameras(options: Namespace) -> list[SimulatedCamera]:
    """The cameras asked for. Raises ValueError where the options contradict each other."""
    general = [scheme for number, scheme in options.auth if number is None]
    scheme = general[-1] if general else Scheme.DIGEST
    cameras = {
        number: SimulatedCamera(number, scheme=scheme, username=options.username, password=options.password)
        for number in range(1, options.cameras + 1)
    }
    for number, own in options.auth:
        if number is not None:
            cameras[number] = replace(_existing(cameras, number), scheme=own)
    wanted = sum(options.faults.values())
    if wanted > options.cameras:
        raise ValueError(f"--faults names {wanted} cameras, but there are only {options.cameras}.")
    faults = [fault for fault, count in options.faults.items() for _ in range(count)]
    for number, fault in enumerate(faults, start=options.cameras - wanted + 1):
        cameras[number] = replace(cameras[number], fault=fault)
    for number, fault in options.fault:
        cameras[number] = replace(_existing(cameras, number), fault=fault)
    return list(cameras.values())


def fleet_conduct(options: Namespace) -> Conduct:
    """What the cameras have in common."""
    return Conduct(
        rtsp_port=options.port,
        http_port=options.http_port,
        start=options.start,
        lockout_seconds=options.lockout_seconds,
        drift_seconds=options.drift_seconds,
    )


def _existing(cameras: dict[int, SimulatedCamera], number: int) -> SimulatedCamera:
    if number not in cameras:
        raise ValueError(f"There is no camera {number}: numbers go from 1 to {len(cameras)} (--cameras).")
    return cameras[number]


def _count(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= MOST_CAMERAS:
        raise ArgumentTypeError(f"{text!r} is not a number of cameras from 1 to {MOST_CAMERAS}")
    return int(text)


def _port(text: str) -> int:
    if not text.isdigit() or int(text) > 65535:  # noqa: PLR2004 - the last port
        raise ArgumentTypeError(f"{text!r} is not a port from 0 to 65535")
    return int(text)


def _shares(text: str) -> dict[Fault, int]:
    shares: dict[Fault, int] = {}
    for part in filter(None, text.split(",")):
        word, _, count = part.partition("=")
        if not count.isdigit():
            raise ArgumentTypeError(f"{part!r} does not say how many: write {word}=3")
        shares[_parsed(word, Fault.parse)] = int(count)
    return shares


def _fault_of(text: str) -> tuple[int, Fault]:
    number, word = _numbered(text)
    return number, _parsed(word, Fault.parse)


def _told(text: str) -> tuple[int, Fault | None]:
    number, word = _numbered(text)
    return number, None if word == "none" else _parsed(word, Fault.parse)


def _scheme_of(text: str) -> tuple[int | None, Scheme]:
    if "=" not in text:
        return None, _parsed(text, Scheme.parse)
    number, word = _numbered(text)
    return number, _parsed(word, Scheme.parse)


def _numbered(text: str) -> tuple[int, str]:
    number, _, word = text.partition("=")
    if not number.isdigit() or not word:
        raise ArgumentTypeError(f"{text!r} does not name a camera: write 17=die")
    return int(number), word


def _parsed(word: str, parse: Callable[[str], Word]) -> Word:
    try:
        return parse(word)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from error
