#!/usr/bin/python3
"""Serves an MP4 file in an endless loop over RTSP, by GStreamer's server: a camera that is not of our making.

Run it by the system's Python, which has GStreamer's bindings:

    /usr/bin/python3 gst_rtsp_server.py --file hall.mp4 --port 8554 [--path /stream]
        [--user NAME --password SECRET [--auth basic|digest]]

It listens on 127.0.0.1 alone, prints "ready rtsp://127.0.0.1:PORT/PATH" once it accepts connections (port 0 takes a
free one), and ends on SIGTERM or SIGINT. Killed and started again on the same port, it serves at once.
"""

import argparse
import signal
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402 -- versions are chosen before the import

PARSERS = {
    "video/x-h264": ("h264parse", "rtph264pay config-interval=-1"),
    "video/x-h265": ("h265parse", "rtph265pay config-interval=-1"),
    "image/jpeg": ("jpegparse", "rtpjpegpay"),
}


def video_caps(path: str) -> str:
    """The media type of the first video track of a file that GStreamer's demuxer for MP4 reads."""
    pipeline = Gst.parse_launch("filesrc name=file ! qtdemux name=demux")
    pipeline.get_by_name("file").set_property("location", path)
    found: list[str] = []

    def on_pad(_demux: Gst.Element, pad: Gst.Pad) -> None:
        if pad.get_name().startswith("video"):
            found.append(pad.get_current_caps().get_structure(0).get_name())

    pipeline.get_by_name("demux").connect("pad-added", on_pad)
    pipeline.set_state(Gst.State.PAUSED)
    pipeline.get_bus().timed_pop_filtered(5 * Gst.SECOND, Gst.MessageType.ERROR | Gst.MessageType.ASYNC_DONE)
    pipeline.set_state(Gst.State.NULL)
    known = [name for name in found if name in PARSERS]
    if not known:
        sys.exit(f"no video in {path} that can be served: {found}")
    return known[0]


class LoopingFactory(GstRtspServer.RTSPMediaFactory):
    """Builds the pipeline of the media; one is shared by all clients and starts anew when the file ends."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.parser, self.payloader = PARSERS[video_caps(path)]
        self.set_shared(True)
        self.set_latency(0)

    def do_create_element(self, _url: GstRtsp.RTSPUrl) -> Gst.Element:
        # The file's own pipeline stands apart and hands its encoded pictures over, stamped by a clock that never
        # turns back: clients see one endless stream, whatever the loop does.
        element = Gst.parse_launch(
            f"( appsrc name=feed is-live=true format=time do-timestamp=true max-buffers=50 leaky-type=downstream"
            f" ! {self.parser} ! {self.payloader} name=pay0 pt=96 )"
        )
        self.loop = Loop(self.path, self.parser, element.get_by_name("feed"))
        return element

    def do_configure(self, media: GstRtspServer.RTSPMedia) -> None:
        media.connect("unprepared", self.loop.stop)
        GstRtspServer.RTSPMediaFactory.do_configure(self, media)


class Loop:
    """Plays the file at its own speed into an appsrc, over and over, until that is no longer wanted."""

    def __init__(self, path: str, parser: str, feed: Gst.Element) -> None:
        self.feed = feed
        caps = {"h264parse": "video/x-h264,stream-format=byte-stream,alignment=au"}
        caps["h265parse"] = "video/x-h265,stream-format=byte-stream,alignment=au"
        chosen = f"! {parser} ! {caps[parser]}" if parser in caps else f"! {parser}"
        self.pipeline = Gst.parse_launch(
            f"filesrc name=file ! qtdemux name=demux demux.video_0 ! queue {chosen}"
            " ! appsink name=out sync=true emit-signals=true max-buffers=4"
        )
        self.pipeline.get_by_name("file").set_property("location", path)
        self.pipeline.get_by_name("out").connect("new-sample", self.on_sample)
        bus = self.pipeline.get_bus()
        bus.add_signal_watch()
        bus.connect("message::eos", self.on_end)
        self.pipeline.set_state(Gst.State.PLAYING)

    def on_sample(self, sink: Gst.Element) -> Gst.FlowReturn:
        sample = sink.emit("pull-sample")
        source = sample.get_buffer()
        if self.feed.get_property("caps") is None:
            self.feed.set_property("caps", sample.get_caps())
        buffer = source.copy_deep()
        buffer.pts = buffer.dts = Gst.CLOCK_TIME_NONE  # the feed stamps them as they come
        self.feed.emit("push-buffer", buffer)  # refused while the other side starts or stops, which is well
        return Gst.FlowReturn.OK

    def on_end(self, _bus: Gst.Bus, _message: Gst.Message) -> None:
        self.pipeline.seek_simple(Gst.Format.TIME, Gst.SeekFlags.FLUSH | Gst.SeekFlags.KEY_UNIT, 0)

    def stop(self, _media: GstRtspServer.RTSPMedia) -> None:
        GLib.idle_add(self.close)  # not here: the media's lock is held

    def close(self) -> bool:
        self.pipeline.get_bus().remove_signal_watch()
        self.pipeline.set_state(Gst.State.NULL)
        return False


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
    permissions.add_permission_for_role("viewer", "media.factory.construct", True)  # noqa: FBT003
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
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(str(arguments.port))
    factory = LoopingFactory(arguments.file)
    if arguments.user:
        guard(server, factory, arguments)
    server.get_mount_points().add_factory(arguments.path, factory)
    if server.attach(None) == 0:
        sys.exit(f"port {arguments.port} is taken")
    loop = GLib.MainLoop()
    for number in (signal.SIGINT, signal.SIGTERM):
        GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, number, loop.quit)
    print(f"ready rtsp://127.0.0.1:{server.get_bound_port()}{arguments.path}", flush=True)  # noqa: T201
    loop.run()


if __name__ == "__main__":
    main()
