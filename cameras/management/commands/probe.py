import asyncio
import getpass
import json
import os
import sys
from argparse import ArgumentTypeError
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from cameras.domain.verdict import Verdict, judge
from cameras.enums import Reason, State
from cameras.pictures.decoder import Decoder, Undecodable
from cameras.pictures.picture import Picture
from cameras.streams.address import AddressError, Credentials, NetworkPolicy, StreamAddress, split_credentials
from cameras.streams.reader import Bounds, Keyframe, StreamFailure, StreamRequest, read_keyframe

MEASURE_SECONDS = 2.0
EXIT_CODES = {State.OK: 0, State.IMPAIRED: 1}
NO_PICTURE = 2

# Whoever stands before a camera may call any address from their own machine; link-local and metadata addresses stay
# out of reach all the same.
EVERYWHERE = NetworkPolicy((ip_network("0.0.0.0/0"), ip_network("::/0")), loopback_allowed=True)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one probe came to; `detail` is for whoever mends the camera."""

    verdict: Verdict
    keyframe: Keyframe | None = None
    picture: Picture | None = None
    detail: str = ""

    @property
    def figures(self) -> dict[str, Any]:
        """The object of --json."""
        keyframe, picture = self.keyframe, self.picture
        return {
            "state": self.verdict.state.value,
            "reason": self.verdict.reason.value,
            "codec": keyframe.codec.value if keyframe else None,
            "width": picture.width if picture else None,
            "height": picture.height if picture else None,
            "fps": round(keyframe.fps, 1) if keyframe and keyframe.fps else None,
            "seconds_to_picture": round(keyframe.seconds, 2) if keyframe and picture else None,
        }


class Command(BaseCommand):
    help = (
        "Fetches one picture from a camera and says what came of it. Needs neither database nor Redis. "
        "The password is taken from CAMERA_USERNAME and CAMERA_PASSWORD in the environment, or asked for. "
        "Exit status: 0 a good picture, 1 a picture with a fault, 2 no picture."
    )
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("url", help="rtsp://, http:// or https:// address of the stream")
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
        parser.add_argument("--save", type=Path, metavar="FILE", help="write the picture to this file, as JPEG")
        parser.add_argument("--username", help="user name; the password is asked for")
        parser.add_argument("--seconds", type=_seconds, default=10.0, help="wait this long for a picture (10)")
        parser.add_argument("--language", choices=("vi", "en"), default="vi", help="language of the answer (vi)")

    def handle(self, *_args: Any, **options: Any) -> None:
        with translation.override(options["language"]):
            self._check_target(options["save"])
            finding = self._probe(options)
            if options["json"]:
                self.stdout.write(json.dumps(finding.figures))
            else:
                self._report(finding)
            self._save(finding, options["save"])
        sys.exit(EXIT_CODES.get(finding.verdict.state, NO_PICTURE))

    def _probe(self, options: dict[str, Any]) -> Finding:
        try:
            url, pasted = split_credentials(options["url"])
            address = StreamAddress.parse(url)
            credentials = self._credentials(options["username"], pasted)
        except AddressError as error:
            return Finding(Verdict(State.DOWN, Reason.ADDRESS), detail=str(error.message))
        finding = asyncio.run(_look(StreamRequest(address, EVERYWHERE, credentials), options["seconds"]))
        if finding.verdict.reason is Reason.AUTHENTICATION and credentials is None and sys.stdin.isatty():
            asked = self._asked(None)
            finding = asyncio.run(_look(StreamRequest(address, EVERYWHERE, asked), options["seconds"]))
        return finding

    def _credentials(self, username: str | None, pasted: Credentials | None) -> Credentials | None:
        """From the environment, the address or the prompt, in this order; None where nothing is known."""
        username = username or os.environ.get("CAMERA_USERNAME")
        if pasted is not None and pasted.password:
            self._warn(_("The password stands in the command line: this machine's history and process list show it."))
        if (password := os.environ.get("CAMERA_PASSWORD")) is not None:
            return Credentials(username or (pasted.username if pasted else "admin"), password)
        if pasted is not None and username in (None, pasted.username):
            return pasted
        return self._asked(username) if username and sys.stdin.isatty() else None

    def _asked(self, username: str | None) -> Credentials:
        self.stderr.write(_("The camera asks for a password."))
        if username is None:
            self.stderr.write(_("User name (admin):"), ending=" ")
            username = sys.stdin.readline().strip() or "admin"
        try:
            return Credentials(username, getpass.getpass(_("Password:") + " "))
        except AddressError as error:
            raise CommandError(str(error.message), returncode=NO_PICTURE) from None

    def _report(self, finding: Finding) -> None:
        verdict, keyframe, picture = finding.verdict, finding.keyframe, finding.picture
        rows = [(_("State"), str(verdict.state.label))]
        if verdict.reason is not Reason.NONE:
            rows.append((_("Reason"), str(verdict.reason.label)))
        if finding.detail:
            rows.append((_("Detail"), finding.detail))
        if keyframe is not None:
            rows.append((_("Format"), str(keyframe.codec.label)))
        if picture is not None:
            rows.append((_("Size"), f"{picture.width}×{picture.height}"))
        if keyframe is not None:
            rows.append((_("Pictures a second"), f"{keyframe.fps:.1f}" if keyframe.fps else _("not measured")))
            rows.append((_("Seconds to the picture"), f"{keyframe.seconds:.2f}"))
        for name, value in rows:
            self.stdout.write(f"{name}: {value}")

    def _check_target(self, target: Path | None) -> None:
        """Only a picture, or nothing, may be written over; said before the camera is called."""
        if target is None or not target.exists():
            return
        if not target.is_file() or not _is_picture(target):
            message = _("%(file)s exists and is no picture; it stays as it is. Name another file.")
            raise CommandError(message % {"file": target}, returncode=NO_PICTURE)

    def _save(self, finding: Finding, target: Path | None) -> None:
        if target is None:
            return
        if finding.picture is None:
            self._warn(_("No picture came; nothing was saved."))
            return
        try:
            target.write_bytes(finding.picture.jpeg)
        except OSError as error:
            self._warn(_("The picture could not be saved: %(error)s") % {"error": error.strerror})
        else:
            self._warn(_("The picture is in %(file)s.") % {"file": target})

    def _warn(self, text: str) -> None:
        # Beside the answer, so that --json prints its object alone.
        self.stderr.write(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 60:  # noqa: PLR2004 -- said in the message
        raise ArgumentTypeError("a number of seconds up to 60")
    return seconds


def _is_picture(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(3) in (b"\xff\xd8\xff", b"")


async def _look(request: StreamRequest, seconds: float) -> Finding:
    try:
        keyframe = await read_keyframe(request, bounds=Bounds(seconds=seconds), measure_seconds=MEASURE_SECONDS)
    except StreamFailure as failure:
        return Finding(Verdict(State.DOWN, failure.reason), detail=failure.detail)
    decoder = Decoder()
    try:
        picture = await decoder.decode(keyframe.codec, keyframe.access_unit, width=None)
    except Undecodable as failure:
        return Finding(Verdict(State.DOWN, failure.reason), keyframe, detail=failure.detail)
    finally:
        await decoder.aclose()
    return Finding(judge(picture), keyframe, picture)
