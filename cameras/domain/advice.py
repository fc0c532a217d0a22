"""What to do about each reason for which a camera is not all right: one sentence that an officer can act on."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cameras.enums import Reason

ADVICE: dict[Reason, str | Promise] = {
    Reason.NONE: "",
    Reason.ADDRESS: _(
        "Check the address for mistakes. If it is right, ask the technical operator to permit the camera's network."
    ),
    Reason.NAME: _("Check the name in the address for mistakes, or enter the camera's IP address instead."),
    Reason.NETWORK: _(
        "Check that the site's internet line and router work. If other cameras there work, check this one's cable."
    ),
    Reason.REFUSED: _(
        "Check the port in the address, and that RTSP (or HTTP) is switched on in the camera's settings."
    ),
    Reason.TIMEOUT: _("Check that the camera has power and its cable is plugged in; restart it if it has."),
    Reason.AUTHENTICATION: _(
        "Enter the right user name and password. Checks are paused until then, lest the camera lock the account."
    ),
    Reason.LOCKED_OUT: _("Wait until the camera unlocks the account, or restart it; then check the password."),
    Reason.TOO_MANY_SESSIONS: _(
        "Close other programs that show this camera, or raise its number of sessions in its settings."
    ),
    Reason.NO_SUCH_STREAM: _("Check the part of the address after the host: makers write it in the camera's manual."),
    Reason.NOT_A_STREAM: _("Check the address and its port: another device or a web page answers there."),
    Reason.NO_MEDIA: _("Restart the camera. If that does not help, check its encoder settings, or try the sub stream."),
    Reason.UNSUPPORTED: _("Set the camera's encoding to H.264 or H.265."),
    Reason.TOO_LARGE: _("Lower the resolution or bit rate of this stream in the camera's settings."),
    Reason.UNDECODABLE: _("Restart the camera. If that does not help, set its encoding to H.264."),
    Reason.BLACK: _("Check that the lens is not covered and that there is light, or that night vision is on."),
    Reason.NONCONFORMING: _("Set the stream to at least 1280×720 at 15 pictures a second in the camera's settings."),
    Reason.NOT_PROBED: _("Nothing to do: the first check is on its way."),
    Reason.OVERDUE: _("Nothing to do on site: this portal is behind with its checks."),
    Reason.OUR_FAULT: _("Nothing to do on site: the operators of this portal have to mend it."),
}
