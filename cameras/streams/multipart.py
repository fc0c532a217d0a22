"""MJPEG's container: multipart/x-mixed-replace, a picture a part."""

import re

from cameras.enums import Reason
from cameras.streams.failure import StreamFailure

_BOUNDARY = re.compile(r';\s*boundary=(?:"([^"]{1,200})"|([^\s;"]{1,200}))', re.IGNORECASE)
_LENGTH = re.compile(rb"^content-length:[ \t]*([0-9]{1,9})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_LONGEST_HEAD = 4096


def boundary_of(content_type: str) -> bytes:
    """The line that parts begin with. Some cameras write its two dashes into the parameter, too."""
    found = _BOUNDARY.search(content_type)
    if found is None:
        raise StreamFailure(Reason.NOT_A_STREAM, "the answer is multipart without a boundary")
    return b"--" + (found[1] or found[2]).encode("latin-1").removeprefix(b"--")


class Parts:
    """Takes a multipart body as it comes and gives its parts as they are whole; the preamble is passed over."""

    __slots__ = ("_boundary", "_data", "_head_end", "_largest", "_length", "_searched")

    def __init__(self, boundary: bytes, largest: int) -> None:
        self._boundary = boundary
        self._largest = largest
        self._data = bytearray()
        self._head_end = 0  # 0: the next part has not begun
        self._length: int | None = None
        self._searched = 0

    def feed(self, data: bytes) -> list[bytes]:
        """The bodies of the parts that this completes. Raises StreamFailure (NOT_A_STREAM, TOO_LARGE)."""
        self._data += data
        found = []
        while (self._head_end or self._head()) and (part := self._body()) is not None:
            found.append(part)
        return found

    def _head(self) -> bool:
        at = self._data.find(self._boundary)
        if at < 0:
            if len(self._data) > _LONGEST_HEAD:
                raise StreamFailure(Reason.NOT_A_STREAM, "the parts of the answer have no boundary")
            return False
        loose, strict = self._data.find(b"\n\n", at), self._data.find(b"\r\n\r\n", at)
        if strict >= 0 and (loose < 0 or strict < loose):
            end, length = strict, 4
        else:
            end, length = loose, 2
        if end - at > _LONGEST_HEAD or (end < 0 and len(self._data) - at > _LONGEST_HEAD):
            raise StreamFailure(Reason.NOT_A_STREAM, "a part of the answer has more header than is permitted")
        if end < 0:
            return False
        found = _LENGTH.search(self._data, at, end)
        self._length = int(found[1]) if found else None
        self._head_end = self._searched = end + length
        if self._length is not None and self._length > self._largest:
            raise StreamFailure(Reason.TOO_LARGE, "a picture is larger than is permitted")
        return True

    def _body(self) -> bytes | None:
        start = self._head_end
        if self._length is not None:
            end = start + self._length
            if end > len(self._data):
                return None
        else:
            end = self._data.find(self._boundary, self._searched)
            if end < 0:
                if len(self._data) - start > self._largest:
                    raise StreamFailure(Reason.TOO_LARGE, "a picture is larger than is permitted")
                self._searched = max(start, len(self._data) - len(self._boundary))
                return None
        part = bytes(self._data[start:end])
        del self._data[:end]
        self._head_end, self._length = 0, None
        return part
