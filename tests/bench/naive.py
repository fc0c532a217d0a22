"""What people write today: for each camera one ffprobe and one ffmpeg snapshot, from a Celery task."""

import subprocess
import tempfile
from pathlib import Path

from celery import shared_task


@shared_task
def check_camera(url: str) -> None:
    """Probe the stream, take a snapshot of it, as the portals of this field do."""
    rtsp = ["-rtsp_transport", "tcp"]
    subprocess.run(
        ["ffprobe", "-v", "error", *rtsp, "-show_streams", "-of", "json", url],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=60,
    )
    with tempfile.TemporaryDirectory() as folder:
        snapshot = Path(folder) / "snapshot.jpg"
        subprocess.run(
            ["ffmpeg", "-v", "error", *rtsp, "-i", url, "-frames:v", "1", "-q:v", "5", str(snapshot)],
            check=True,
            stderr=subprocess.DEVNULL,
            timeout=60,
        )
        if not snapshot.stat().st_size:
            raise ValueError("no picture")
