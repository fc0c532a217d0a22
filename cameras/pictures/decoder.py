"""Pictures from access units, decoded where a hostile stream can do no harm."""

import asyncio
import signal

from cameras.enums import Codec, Reason
from cameras.pictures.answer import MalformedAnswerError, unpack
from cameras.pictures.picture import MAX_ACCESS_UNIT, TILE_WIDTH, Picture, RefusedError
from cameras.pictures.process import DecoderProcess, Ended, Program, ServerLostError
from cameras.pictures.sandbox import confinement

__all__ = ["Decoder", "Picture", "Undecodable"]

PICTURE_SECONDS = 10.0
TRIES = 2


class Undecodable(Exception):  # noqa: N818 - it is an outcome of a probe more than an error
    """No picture comes of an access unit. `reason` is UNDECODABLE, TOO_LARGE or OUR_FAULT."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


class Decoder:
    """Decodes one picture at a time, each in a fresh confined child; calls wait for their turn.

    Its server starts with the first picture, restarts by itself, and belongs to the process that
    started it: after a fork, the new process gets a server of its own. It serves one event loop after
    another, but not two at the same time. The server dies with the *thread* that started it.
    """

    def __init__(self, *, require_confinement: bool = False, seconds: float = PICTURE_SECONDS) -> None:
        """`seconds` bound one picture; with `require_confinement` nothing is decoded without bubblewrap."""
        self._require_confinement = require_confinement
        self._seconds = seconds
        self._program = Program()
        self._process: DecoderProcess | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._turn = asyncio.Lock()
        self._at_work = False

    async def decode(self, codec: Codec, access_unit: bytes, *, width: int | None = TILE_WIDTH) -> Picture:
        """Decode one key picture into a JPEG at most `width` pixels wide (None: as wide as the stream).

        Raises Undecodable.
        """
        if len(access_unit) > MAX_ACCESS_UNIT:
            raise Undecodable(Reason.TOO_LARGE, f"one picture takes {len(access_unit)} bytes")
        self._enter_loop()
        async with self._turn:
            self._at_work = True
            try:
                return await self._decode(codec, access_unit, width)
            except BaseException as error:
                if not isinstance(error, Undecodable):  # cancelled, or worse: a child may still be at work
                    self._kill()
                raise
            finally:
                self._at_work = False

    async def aclose(self) -> None:
        """End the server. The decoder can be used again; a new server starts then."""
        self._kill()

    async def _decode(self, codec: Codec, access_unit: bytes, width: int | None) -> Picture:
        """Decode, once more if the child or the server dies: what kills a fresh child twice is to blame."""
        last = None
        for _ in range(TRIES):
            try:
                async with asyncio.timeout(self._seconds):
                    ended = await (await self._running()).ask(codec, access_unit, width)
            except ServerLostError:
                self._kill()
                continue
            except TimeoutError:
                self._kill()
                detail = f"decoding took longer than {self._seconds:g} s"
                raise Undecodable(Reason.UNDECODABLE, detail) from None
            if ended.exit_code == 0:
                return self._picture(ended, codec, width)
            last = ended.exit_code
            if last == -signal.SIGXCPU:
                raise Undecodable(Reason.UNDECODABLE, "decoding took more processor time than is permitted")
        if last is None:
            raise Undecodable(Reason.OUR_FAULT, "the decoder does not start or does not stay up")
        raise Undecodable(Reason.UNDECODABLE, f"the picture kills its decoder (exit code {last})")

    def _picture(self, ended: Ended, codec: Codec, width: int | None) -> Picture:
        try:
            return unpack(ended.answer, codec, width)
        except RefusedError as refusal:
            raise Undecodable(Reason(refusal.reason), refusal.detail) from None
        except MalformedAnswerError:
            raise Undecodable(Reason.UNDECODABLE, "the picture makes its decoder answer nonsense") from None

    async def _running(self) -> DecoderProcess:
        if self._process is None:
            state = confinement()
            if self._require_confinement and not state.bubblewrap:
                raise Undecodable(Reason.OUR_FAULT, f"pictures are only decoded in confinement. {state.detail}")
            self._process = DecoderProcess(self._program)
            await self._process.ready()
        return self._process

    def _enter_loop(self) -> None:
        """Leave behind what belongs to another event loop, or to the process that this one was forked from."""
        loop = asyncio.get_running_loop()
        if self._process is not None and not self._process.is_ours():
            self._kill()
        if self._loop is loop:
            return
        if self._at_work:  # that loop was closed over a picture; its child may still be at work
            self._kill()
        self._loop, self._turn, self._at_work = loop, asyncio.Lock(), False

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
