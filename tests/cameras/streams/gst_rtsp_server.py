#!/usr/bin/python3
"""Serves an MP4 file in an endless loop over RTSP, by GStreamer's server: a camera that is not of our making.

Run it by the system's Python, which has GStreamer's bindings:

    /usr/bin/python3 gst_rtsp_server.py --file hall.mp4 --port 8554 [--path /stream]
        [--user NAME --password SECRET [--auth basic|digest]]

It listens on 127.0.0.1 alone, prints "ready rtsp://127.0.0.1:PORT/PATH" once it accepts connections (port 0 takes a
free one), and ends on SIGTERM or SIGINT. Killed and started again on the same port, it serves at once.
"""

import argparse
import json
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import gi  # type: ignore[import-not-found]  # the bindings are those of the system's Python

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
# The bindings are those of the system's Python, and their versions are chosen before the import.
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # type: ignore[import-not-found]  # noqa: E402 - of the system's Python, and after its versions are named

# By ffmpeg's name of the codec: its raw format, GStreamer's type, parser and payloader.
CODECS = {
    "h264": ("h264", "video/x-h264,stream-format=byte-stream", "h264parse", "rtph264pay config-interval=-1"),
    "hevc": ("hevc", "video/x-h265,stream-format=byte-stream", "h265parse", "rtph265pay config-interval=-1"),
    "mjpeg": ("mjpeg", "image/jpeg", "jpegparse", "rtpjpegpay"),
}


def looping_launch(path: str, folder: str) -> str:
    """A pipeline that plays the video of a file, not encoded anew, over and over at its own rate.

    An elementary stream can be repeated without a seam: its parser stamps the pictures by their rate alone.
    """
    probe = ["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", "stream=codec_name,avg_frame_rate"]
    told = subprocess.run([*probe, "-of", "json", path], check=True, capture_output=True)
    stream = json.loads(told.stdout)["streams"][0]
    raw, caps, parser, payloader = CODECS[stream["codec_name"]]
    elementary = Path(folder) / f"stream.{raw}"
    command = ["ffmpeg", "-v", "error", "-i", path, "-map", "0:v:0", "-c", "copy", "-f", raw, str(elementary)]
    subprocess.run(command, check=True)
    return (
        f"( multifilesrc location={elementary} loop=true caps={caps},framerate={stream['avg_frame_rate']}"
        f" ! {parser} name=parser ! {payloader} name=pay0 pt=96 )"
    )


def stamp_pictures(_factory: GstRtspServer.RTSPMediaFactory, media: GstRtspServer.RTSPMedia) -> None:
    """The parser knows only when a picture is to be decoded; the payloader wants to know when it is to be shown."""

    def stamp(_pad: Gst.Pad, info: Gst.PadProbeInfo) -> Gst.PadProbeReturn:
        picture = info.get_buffer()
        if picture.pts == Gst.CLOCK_TIME_NONE:
            picture.pts = picture.dts
        return Gst.PadProbeReturn.OK

    pad = media.get_element().get_by_name("parser").get_static_pad("src")
    pad.add_probe(Gst.PadProbeType.BUFFER, stamp)


def guard(
    server: GstRtspServer.RTSPServer, factory: GstRtspServer.RTSPMediaFactory, arguments: argparse.Namespace
) -> None:
    """Let only the one user in."""
    auth = GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "viewer")
    if arguments.auth == "basic":
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.BASIC)
        basic = GstRtspServer.RTSPAuth.make_basic(arguments.user, arguments.password)
        auth.add_basic(basic, token)
    else:
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
        auth.add_digest(arguments.user, arguments.password, token)
    permissions = GstRtspServer.RTSPPermissions()
    permissions.add_permission_for_role("viewer", "media.factory.access", True)  # noqa: FBT003 -- its signature
    permissions.add_permission_for_role("viewer", "media.factory.construct", True)  # noqa: FBT003 - as GStreamer has it
    factory.set_permissions(permissions)
    server.set_auth(auth)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--file", required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--path", default="/stream")
    parser.add_argument("--user")
    parser.add_argument("--password")
    parser.add_argument("--auth", choices=("basic", "digest"), default="digest")
    arguments = parser.parse_args()
    Gst.init(None)
    with tempfile.TemporaryDirectory() as folder:
        serve(arguments, looping_launch(arguments.file, folder))


def serve(arguments: argparse.Namespace, launch: str) -> None:
    """Serve the pipeline, shared by all clients, until a signal comes."""
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(str(arguments.port))
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(launch)
    factory.set_shared(True)
    factory.connect("media-configure", stamp_pictures)
    if arguments.user:
        guard(server, factory, arguments)
    server.get_mount_points().add_factory(arguments.path, factory)
    if server.attach(None) == 0:
        sys.exit(f"port {arguments.port} is taken")
    loop = GLib.MainLoop()
    for number in (signal.SIGINT, signal.SIGTERM):
        GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, number, loop.quit)
    print(f"ready rtsp://127.0.0.1:{server.get_bound_port()}{arguments.path}", flush=True)  # noqa: T201 - whoever started it waits for this line
    loop.run()


if __name__ == "__main__":
    main()
