"""Forms with a file far larger than the portal takes in, sent without holding it in memory."""

import io
from collections.abc import Mapping
from typing import Any

from django.test import Client

MEGABYTE = 1024 * 1024


class Zeros:
    """A body of so many bytes that is made as it is read; it remembers how much was asked for at most."""

    def __init__(self, begin: bytes, length: int) -> None:
        self.begin, self.left, self.largest = begin, length, 0

    def read(self, size: int) -> bytes:
        """The next bytes: at first those that it begins with."""
        self.largest, size = max(self.largest, size), min(size, self.left)
        given, self.begin = self.begin[:size], self.begin[size:]
        self.left -= size
        return given + bytes(size - len(given))

    def readline(self, size: int) -> bytes:
        """No form is read like this."""
        raise AssertionError(f"nobody reads a form line by line, {size} bytes")


def send_large(
    client: Client, path: str, fields: Mapping[str, str], field: str, *, megabytes: int
) -> tuple[Any, Zeros]:
    """What is answered to these fields with a file of that size behind them, and what was read of it."""
    begin = io.BytesIO()
    for name, value in fields.items():
        begin.write(f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode())
    begin.write(f'--x\r\nContent-Disposition: form-data; name="{field}"; filename="l.xlsx"\r\n\r\n'.encode())
    length = megabytes * MEGABYTE
    body = Zeros(begin.getvalue(), length)
    answer = client.request(
        REQUEST_METHOD="POST",
        PATH_INFO=path,
        CONTENT_TYPE="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(length),
        **{"wsgi.input": body},
    )
    return answer, body
