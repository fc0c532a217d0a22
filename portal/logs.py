"""The one scrubber at the root of logging: no password of a stream leaves through a log line."""

import logging
import re

# `scheme://user:password@host`; the password may itself hold an @, so the last one before the path counts.
_USERINFO = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*://)[^/\s'\"]*@", re.IGNORECASE)
_HEADER = re.compile(r"(?P<name>(?:proxy-)?authorization\s*[:=]\s*).*", re.IGNORECASE)


def scrub(text: str) -> str:
    """The text without user names and passwords in addresses and without authorization headers."""
    return _HEADER.sub(r"\g<name>***", _USERINFO.sub(r"\g<scheme>***@", text))


class Scrubber(logging.Filter):
    """Rewrites each record before any handler formats it, its traceback included."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = scrub(record.getMessage()), None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = scrub(record.exc_text)
        return True
