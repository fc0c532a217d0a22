from cameras.enums import Reason


class StreamFailure(Exception):  # noqa: N818 -- a read that fails is an answer about the camera, not an error of ours
    """Why no picture came: the reason in the project's words, and a detail for operators.

    The detail is made of our own words and numbers alone. Nothing that the other side said is quoted in it, because
    a hostile server can send our password back to us in a status line or a codec's name.
    """

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.reason.value}: {self.detail}"
