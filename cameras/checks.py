"""What the machine must offer for cameras to be verified safely."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from cameras.domain.passwords import KeyringError, keyring

PRODUCTION_KEY_BYTES = 32


@register(Tags.security)
def check_stream_keys(**_options: Any) -> list[CheckMessage]:
    """STREAM_KEYS parses, and in production every key in it is of full length."""
    try:
        keys = keyring().keys
    except KeyringError as error:
        return [Error(str(error), hint="Write id:base64[,id2:base64]; see docs/settings.md.", id="cameras.E001")]
    short = [key_id for key_id, key in keys.items() if len(key) < PRODUCTION_KEY_BYTES]
    if settings.PRODUCTION and short:
        return [Error(f"STREAM_KEYS: production takes keys of {PRODUCTION_KEY_BYTES} bytes", id="cameras.E002")]
    return []
