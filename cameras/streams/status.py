"""What a status code says about a camera; RTSP took nearly all of its codes from HTTP."""

from http import HTTPStatus

from cameras.enums import Reason
from cameras.streams.failure import StreamFailure

# The first digit of a status.
SUCCESS, REDIRECTION = 2, 3

_REASONS = {
    403: Reason.LOCKED_OUT,
    404: Reason.NO_SUCH_STREAM,
    410: Reason.NO_SUCH_STREAM,
    415: Reason.UNSUPPORTED,
    423: Reason.LOCKED_OUT,
    453: Reason.TOO_MANY_SESSIONS,
    454: Reason.NO_SUCH_STREAM,
    461: Reason.UNSUPPORTED,
    503: Reason.TOO_MANY_SESSIONS,
}


def failure_of(status: int, *, with_credentials: bool) -> StreamFailure:
    """The failure that a status other than success stands for.

    403 means a locked account where a password is stored: cameras answer so to a right password after too many
    wrong ones. Without one it only means that a password is needed.
    """
    if status == HTTPStatus.FORBIDDEN and not with_credentials:
        return StreamFailure(Reason.AUTHENTICATION, "the camera forbids access without a password (403)")
    return StreamFailure(_REASONS.get(status, Reason.NO_MEDIA), f"the camera answers with status {status}")
