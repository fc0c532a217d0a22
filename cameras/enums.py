"""The words for what a camera does, in one place: states, reasons, kinds of streams."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """What is known of a camera. UNKNOWN means that we did not observe; it never counts as DOWN."""

    OK = "ok", _("Working")
    IMPAIRED = "impaired", _("Impaired")
    DOWN = "down", _("Disconnected")
    UNKNOWN = "unknown", _("Not observed")


class Reason(models.TextChoices):
    """Why a camera is not OK. The label is what an officer reads and can act on.

    The first group leaves no picture (DOWN), the second a worthless one (IMPAIRED), the third means
    that we did not look (UNKNOWN).
    """

    NONE = "", _("No fault")

    ADDRESS = "address", _("The address is not one this portal may call")
    NAME = "name", _("The camera's name does not resolve")
    NETWORK = "network", _("The camera's network cannot be reached")
    REFUSED = "refused", _("The camera refuses the connection")
    TIMEOUT = "timeout", _("The camera does not answer in time")
    AUTHENTICATION = "authentication", _("The camera rejects the password")
    LOCKED_OUT = "locked_out", _("The camera has locked the account")
    TOO_MANY_SESSIONS = "too_many_sessions", _("The camera has no free session left")
    NO_SUCH_STREAM = "no_such_stream", _("The camera has no stream at this path")
    NOT_A_STREAM = "not_a_stream", _("What answers at this address is not a camera stream")
    NO_MEDIA = "no_media", _("The camera answers but sends no picture")
    UNSUPPORTED = "unsupported", _("The camera's picture format is not supported")
    TOO_LARGE = "too_large", _("The camera's picture exceeds the permitted size")
    UNDECODABLE = "undecodable", _("What the camera sends cannot be decoded")

    BLACK = "black", _("The picture is black")
    NONCONFORMING = "nonconforming", _("The picture does not meet the technical conditions")

    NOT_PROBED = "not_probed", _("Not checked yet")
    OVERDUE = "overdue", _("The check was not done in time, through no fault of the camera")
    OUR_FAULT = "our_fault", _("The check failed through a fault of this portal")


class StreamKind(models.TextChoices):
    """Cameras commonly offer the full picture and a small one."""

    MAIN = "main", _("Main stream")
    SUB = "sub", _("Sub stream")


class Codec(models.TextChoices):
    """Payloads that the reader accepts; anything else is refused before a decoder sees it."""

    H264 = "h264", "H.264"
    H265 = "h265", "H.265"
    JPEG = "jpeg", "JPEG"
