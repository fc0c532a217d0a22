"""Clips with a real camera's bitrate, for tests and benchmarks."""

from pathlib import Path

import ffmpeg
import numpy as np

from cameras.enums import Codec
from cameras.simulator.canvas import Canvas, View, frame_planes
from cameras.simulator.scenes import SCENES

_ENCODERS = {Codec.H264: "libx264", Codec.H265: "libx265"}
_BITS_PER_PIXEL = 0.048
"""About 2 Mbit/s at 1920x1080 and 25 frames a second: what the country's fleet is reckoned with."""
_MOMENT = 1_623_400_000.0
"""11/06/2021, when the first frame is taken."""


def make_clip(
    path: Path,
    width: int = 1920,
    height: int = 1080,
    fps: int = 25,
    seconds: float = 10,
    gop_seconds: float = 2,
    codec: Codec = Codec.H264,
    scene: int = 0,
) -> Path:
    """Draws a scene with fresh sensor noise in every frame and encodes it to `path` with ffmpeg.

    Sizes are in pixels and even; a keyframe stands every `gop_seconds`. Raises RuntimeError with ffmpeg's
    own words where it fails.
    """
    bits = int(width * height * fps * _BITS_PER_PIXEL)
    settings = {"vcodec": _ENCODERS[codec], "preset": "veryfast", "pix_fmt": "yuv420p", "bf": 0}
    # As cameras do it: a constant rate over a second, so that no keyframe clogs the line.
    settings |= {"b:v": bits, "maxrate": bits, "bufsize": bits}
    settings |= {"g": round(fps * gop_seconds), "keyint_min": round(fps * gop_seconds), "sc_threshold": 0}
    if codec == Codec.H265:
        settings |= {"x265-params": "scenecut=0:open-gop=0:log-level=error", "tag:v": "hvc1"}
    frames = ffmpeg.input("pipe:", format="rawvideo", pix_fmt="yuv420p", s=f"{width}x{height}", r=fps)
    frames = frames.filter("noise", alls=9, allf="t")
    output = frames.output(str(path), loglevel="error", **settings).overwrite_output()
    process = output.run_async(pipe_stdin=True, pipe_stderr=True)
    canvas = Canvas(SCENES[scene], View.PLAIN, width, height)
    try:
        for index in range(round(fps * seconds)):
            planes = frame_planes(canvas.picture(_MOMENT + index / fps))
            process.stdin.write(b"".join(np.ascontiguousarray(plane).tobytes() for plane in planes))
    except BrokenPipeError:
        pass  # ffmpeg says why
    _, error = process.communicate()
    if process.returncode:
        raise RuntimeError(f"ffmpeg could not make {path}: {error.decode(errors='replace').strip()}")
    return path
