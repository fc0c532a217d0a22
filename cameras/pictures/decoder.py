"""Pictures from access units, decoded where a hostile stream can do little harm.

A child decodes several pictures in turn, since starting one costs as much as decoding one. Damage
that one picture does to its child is kept from the others by two rules: a child that refuses, dies,
hangs or answers nonsense is never asked again; and none of that counts against a picture until it
happened in a fresh child that decoded nothing else. What remains: a stream that takes over its child
without a trace sees, and could falsify, the pictures which that child still gets. With
`pictures_per_child=1` there are none.
"""

import asyncio

from cameras.enums import Codec, Reason
from cameras.pictures.answer import MalformedAnswerError, unpack
from cameras.pictures.child import Child, ChildDiedError, ServerLostError
from cameras.pictures.picture import MAX_ACCESS_UNIT, TILE_WIDTH, Picture, RefusedError
from cameras.pictures.process import DecoderProcess, Program
from cameras.pictures.sandbox import confinement

__all__ = ["Decoder", "Picture", "Undecodable"]

PICTURE_SECONDS = 5.0
"""Of wall clock for one try; 16 Mpx take about one second of processor time."""

PICTURES_PER_CHILD = 32
TRIES = 2


class Undecodable(Exception):  # noqa: N818 - it is an outcome of a probe more than an error
    """No picture comes of an access unit. `reason` is UNDECODABLE, TOO_LARGE or OUR_FAULT."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


class Decoder:
    """Decodes one picture at a time in a confined child; calls wait for their turn.

    Its server starts with the first picture, restarts by itself, and belongs to the process that
    started it: after a fork, the new process gets a server of its own. It serves one event loop after
    another, but not two at the same time. The server dies with the *thread* that started it.
    """

    def __init__(
        self,
        *,
        require_confinement: bool = False,
        seconds: float = PICTURE_SECONDS,
        pictures_per_child: int = PICTURES_PER_CHILD,
    ) -> None:
        """With `require_confinement` nothing is decoded without bubblewrap; `seconds` bound one try."""
        self._require_confinement = require_confinement
        self._seconds = seconds
        self._pictures_per_child = pictures_per_child
        self._program = Program()
        self._process: DecoderProcess | None = None
        self._child: Child | None = None
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
                if not isinstance(error, Undecodable):  # cancelled, or worse: the child may still be at work
                    self._kill()
                raise
            finally:
                self._at_work = False

    async def aclose(self) -> None:
        """End the server. The decoder can be used again; a new server starts then."""
        self._kill()

    async def _decode(self, codec: Codec, access_unit: bytes, width: int | None) -> Picture:
        """Decode; what fails in a child that has decoded before fails for good only in a fresh one."""
        deaths = losses = 0
        while True:
            fresh = self._child is None
            try:
                return await self._attempt(codec, access_unit, width)
            except ServerLostError:
                self._kill()
                losses += 1
                if losses == TRIES:
                    raise Undecodable(Reason.OUR_FAULT, "the decoder does not stay up") from None
            except ChildDiedError as death:
                # Somebody else may have killed it, so one death of a fresh child proves nothing yet.
                deaths += fresh
                if deaths == TRIES:
                    detail = f"the picture kills its decoder (exit code {death.exit_code})"
                    raise Undecodable(Reason.UNDECODABLE, detail) from None
            except Undecodable:
                if fresh:
                    raise

    async def _attempt(self, codec: Codec, access_unit: bytes, width: int | None) -> Picture:
        """One try in the present child, or in a fresh one where there is none."""
        child = await self._hired()
        try:
            async with asyncio.timeout(self._seconds):
                answer = await child.ask(codec, access_unit, width)
            picture = unpack(answer, codec, width)
        except TimeoutError:
            self._kill()
            detail = f"decoding took longer than {self._seconds:g} s"
            raise Undecodable(Reason.UNDECODABLE, detail) from None
        except MalformedAnswerError:
            self._kill()
            detail = "the picture makes its decoder answer nonsense"
            raise Undecodable(Reason.UNDECODABLE, detail) from None
        except RefusedError as refusal:
            await self._dismiss()
            raise Undecodable(Reason(refusal.reason), refusal.detail) from None
        except ChildDiedError:
            await self._dismiss()
            raise
        if child.served >= self._pictures_per_child:
            await self._dismiss()
        return picture

    async def _hired(self) -> Child:
        if self._process is None:
            state = confinement()
            if self._require_confinement and not state.bubblewrap:
                detail = f"pictures are decoded in confinement only. {state.detail}"
                raise Undecodable(Reason.OUR_FAULT, detail)
            self._process = DecoderProcess(self._program)
            await self._process.ready()
        if self._child is None:
            self._child = self._process.hire()
        return self._child

    async def _dismiss(self) -> None:
        """Part with the child; the server goes too where the child does not."""
        child, self._child = self._child, None
        if child is not None:
            try:
                await child.dismiss()
            except TimeoutError:
                self._kill()

    def _enter_loop(self) -> None:
        """Leave behind what belongs to another event loop, or to the process that this one was forked from."""
        loop = asyncio.get_running_loop()
        if self._process is not None and not self._process.is_ours():
            self._kill()
        if self._loop is loop:
            return
        if self._at_work:  # that loop was closed over a picture; the child may still be at work
            self._kill()
        self._loop, self._turn, self._at_work = loop, asyncio.Lock(), False

    def _kill(self) -> None:
        child, self._child = self._child, None
        process, self._process = self._process, None
        if child is not None:
            child.close()
        if process is not None:
            process.kill()
