"""Live encoding of drawn frames, and single JPEG pictures."""

from fractions import Fraction

from av import CodecContext, VideoFrame
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType

from cameras.enums import Codec
from cameras.simulator.nal import parameter_sets, split_annex_b, unchanged_frame

_OPTIONS = {
    # A constant quantiser: the same picture gives the same bits, and nothing has to settle after the start.
    Codec.H264: (
        "libx264",
        {
            "preset": "ultrafast",
            "tune": "zerolatency",
            "forced-idr": "1",
            "x264-params": "qp=27:scenecut=0:keyint=infinite:log-level=0:sliced-threads=0:threads=1",
        },
    ),
    Codec.H265: (
        "libx265",
        {
            "preset": "ultrafast",
            "tune": "zerolatency",
            "forced-idr": "1",
            "x265-params": "qp=27:scenecut=0:keyint=-1:open-gop=0:log-level=none:pools=none:frame-threads=1:ctu=16"
            ":repeat-headers=1:sao=0:deblock=0:early-skip=1:max-merge=1:rskip=1",
        },
    ),
}


class Encoder:
    """Encodes frames of one size one by one, each at once, keyframes only where asked for."""

    def __init__(self, codec: Codec, width: int, height: int, fps: int) -> None:
        name, options = _OPTIONS[codec]
        context = CodecContext.create(name, "w")
        assert isinstance(context, VideoCodecContext)  # noqa: S101 - narrows PyAV's type
        context.width, context.height, context.pix_fmt = width, height, "yuv420p"
        context.framerate, context.time_base = Fraction(fps), Fraction(1, fps)
        context.thread_count = 1
        context.max_b_frames = 0
        context.options = dict(options)
        self._context = context
        self._codec = codec
        self._sps = b""
        self._references = 0
        self._repeated = False
        self._count = 0
        self.frame = VideoFrame(width, height, "yuv420p")

    def encode(self, *, keyframe: bool) -> list[bytes]:
        """The NAL units of `self.frame` as it is now; a keyframe begins with its parameter sets."""
        self.frame.pts = self._count
        self.frame.pict_type = PictureType.I if keyframe else PictureType.NONE
        self._count += 1
        self._references = 0 if keyframe else self._references + 1
        self._repeated = False
        units = [unit for packet in self._context.encode(self.frame) for unit in split_annex_b(bytes(packet))]
        if keyframe:
            self._sps = parameter_sets(units, self._codec)[0]
        return units

    @property
    def repeats(self) -> bool:
        """Whether `repeat` is possible now: never twice in a row (H.264, 7.4.2.1.1)."""
        return self._codec == Codec.H264 and bool(self._sps) and not self._repeated

    def repeat(self) -> list[bytes]:
        """A frame that shows the previous one again, at no cost."""
        self._repeated = True
        return [unchanged_frame(self._sps, self._context.width, self._context.height, after=self._references)]


def jpeg(frame: VideoFrame) -> bytes:
    """`frame` as one JPEG of a camera's usual quality."""
    context = CodecContext.create("mjpeg", "w")
    assert isinstance(context, VideoCodecContext)  # noqa: S101 - narrows PyAV's type
    context.width, context.height, context.pix_fmt = frame.width, frame.height, "yuvj420p"
    context.time_base = Fraction(1, 25)
    context.thread_count = 1
    context.options = {"qmin": "4", "qmax": "4"}
    still = frame.reformat(format="yuvj420p")
    still.pts = 0
    return b"".join(bytes(packet) for packet in [*context.encode(still), *context.encode(None)])
