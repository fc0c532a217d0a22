"""Starts and ends the GStreamer camera of gst_rtsp_server.py."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SYSTEM_PYTHON = Path("/usr/bin/python3")
SCRIPT = Path(__file__).with_name("gst_rtsp_server.py")
CLIPS = Path(__file__).parents[4] / "shared" / "media"


def missing() -> str:
    """Why the server cannot run here, or ""."""
    if not SYSTEM_PYTHON.exists():
        return "there is no /usr/bin/python3"
    test = "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import GstRtspServer"
    known = subprocess.run([SYSTEM_PYTHON, "-c", test], check=False, capture_output=True)
    return (
        ""
        if known.returncode == 0
        else "the system's Python lacks GStreamer's RTSP server (python3-gi, gir1.2-gst-rtsp-server-1.0)"
    )


@contextmanager
def serving_file(path: Path, *options: str, port: int = 0) -> Iterator[int]:
    """Serve a file at /stream; the port."""
    command: list[str | Path] = [SYSTEM_PYTHON, SCRIPT, "--file", path, "--port", str(port), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            line = server.stdout.readline() if server.stdout else ""
            assert line.startswith("ready "), line
            yield int(line.rpartition(":")[2].partition("/")[0])
        finally:
            server.kill()
