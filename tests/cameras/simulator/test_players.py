"""The programs that people use must play the simulated cameras."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cameras.simulator.client import ran

VLC_PLUGIN = next(Path("/usr/lib").glob("*/vlc/plugins/access/liblive555_plugin.so"), None)


def probed(url: str) -> dict[str, object]:
    asked = "stream=codec_name,width,height,avg_frame_rate"
    done = ran("ffprobe", "-v", "error", "-rtsp_transport", "tcp", "-show_entries", asked, "-of", "json", url)
    assert done.returncode == 0, done.stderr
    streams: list[dict[str, object]] = json.loads(done.stdout)["streams"]
    assert len(streams) == 1
    return streams[0]


@pytest.mark.parametrize(
    ("number", "path", "codec", "size"),
    [
        (1, "/main", "h264", (1280, 720)),
        (2, "/sub", "h264", (640, 360)),
        (11, "/main", "hevc", (1280, 720)),
        (11, "/sub", "hevc", (640, 360)),
    ],
)
def test_ffprobe_sees_what_is_announced(
    address: Callable[..., str], number: int, path: str, codec: str, size: tuple[int, int]
) -> None:
    assert probed(address(number, path)) == {
        "codec_name": codec,
        "width": size[0],
        "height": size[1],
        "avg_frame_rate": "15/1",
    }


def test_ffprobe_logs_in_with_basic_and_needs_no_login_where_none_is_asked_for(address: Callable[..., str]) -> None:
    assert probed(address(9))["codec_name"] == "h264"
    assert probed(address(10, credentials=""))["codec_name"] == "h264"


def test_ffprobe_is_refused_without_the_password(address: Callable[..., str]) -> None:
    for credentials in ("", "viewer:sai@"):
        done = ran("ffprobe", "-v", "error", "-rtsp_transport", "tcp", address(1, credentials=credentials))
        assert done.returncode != 0
        assert "401 Unauthorized" in done.stderr


@pytest.mark.parametrize("number", [3, 11])
def test_ffmpeg_decodes_seconds_of_it(address: Callable[..., str], number: int) -> None:
    play = ["-rtsp_transport", "tcp", "-i", address(number), "-frames:v", "20", "-f", "null", "-"]
    done = ran("ffmpeg", "-v", "error", "-stats_period", "60", "-progress", "-", *play)
    assert done.returncode == 0
    # An H.265 decoder tells of the frames before the first keyframe, which it must do without.
    complaints = [line for line in done.stderr.splitlines() if "Could not find ref" not in line]
    assert complaints == []
    assert int(done.stdout.split("frame=")[-1].split()[0]) == 20


def test_ffmpeg_goes_over_to_tcp_by_itself(address: Callable[..., str]) -> None:
    done = ran("ffmpeg", "-v", "warning", "-i", address(4), "-frames:v", "5", "-f", "null", "-")
    assert done.returncode == 0
    assert "461 Unsupported Transport" in done.stderr


def test_ffmpeg_reads_mjpeg_and_the_snapshot(fleet_process: int, ports: tuple[int, int, int]) -> None:
    assert fleet_process
    for path in ("/mjpeg", "/snapshot.jpg"):
        url = f"http://viewer:xem-camera-2021@127.77.0.5:{ports[1]}{path}"
        done = ran("ffmpeg", "-v", "error", "-i", url, "-frames:v", "1", "-f", "null", "-")
        assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(shutil.which("gst-launch-1.0") is None, reason="GStreamer is not installed")
def test_gstreamer_plays_it(address: Callable[..., str], tmp_path: Path) -> None:
    source = ["rtspsrc", "protocols=tcp", f"location={address(6, credentials='')}", "user-id=viewer"]
    source += ["user-pw=xem-camera-2021", "!", "rtph264depay", "!", "h264parse", "!", "avdec_h264"]
    sink = ["!", "videoconvert", "!", "jpegenc", "!", "identity", "eos-after=10", "!", "multifilesink"]
    done = ran("gst-launch-1.0", "-q", *source, *sink, f"location={tmp_path}/%02d.jpg")
    assert done.returncode == 0, done.stderr
    assert len(list(tmp_path.glob("*.jpg"))) >= 8


@pytest.mark.skipif(
    shutil.which("cvlc") is None or VLC_PLUGIN is None, reason="VLC is not installed, or built without live555 (RTSP)"
)
def test_vlc_plays_it(address: Callable[..., str], tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    command = ["cvlc", "--rtsp-tcp", "--no-audio", "--run-time=4", "--play-and-exit"]
    command += [f"--sout=#file{{mux=ts,dst={tmp_path}/out.ts}}", address(7), "vlc://quit"]
    if os.geteuid() == 0:  # VLC refuses to run as root
        command = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", *command]
    ran("env", f"HOME={tmp_path}", *command)
    assert probed_file(tmp_path / "out.ts") == "h264"


def probed_file(path: Path) -> str:
    return ran(
        "ffprobe", "-v", "error", "-show_entries", "stream=codec_name", "-of", "csv=p=0", str(path)
    ).stdout.strip()
