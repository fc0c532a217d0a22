"""System checks of what this machine must offer to look at cameras safely."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 - the framework's name
from django.utils.translation import gettext as _

from cameras.domain.passwords import KeyringError, keyring
from cameras.pictures.sandbox import confinement

PRODUCTION_KEY_BYTES = 32


@register()
def decoders_are_confined(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001 - the framework's signature
    """W001: pictures are decoded without namespaces around the decoder."""
    state = confinement()
    if state.bubblewrap:
        return []
    message = _(
        "Camera pictures are decoded without bubblewrap: a hostile stream that breaks the decoder is held "
        "back by resource limits and the system call filter alone, not by namespaces of its own. %(detail)s"
    )
    hint = _(
        "Install it with `apt-get install bubblewrap`, and permit user namespaces to the account of the "
        "workers: `sysctl kernel.unprivileged_userns_clone=1`, on Ubuntu also "
        "`sysctl kernel.apparmor_restrict_unprivileged_userns=0`; in a container, start it with user "
        "namespaces permitted."
    )
    return [Warning(message % {"detail": state.detail}, hint=hint, id="cameras.W001")]


@register(Tags.security)
def check_stream_keys(**_options: Any) -> list[CheckMessage]:
    """E001, E002: STREAM_KEYS parses, and in production every key in it is of full length."""
    try:
        keys = keyring().keys
    except KeyringError as error:
        return [Error(str(error), hint="Write id:base64[,id2:base64]; see docs/settings.md.", id="cameras.E001")]
    short = [key_id for key_id, key in keys.items() if len(key) < PRODUCTION_KEY_BYTES]
    if settings.PRODUCTION and short:
        return [Error(f"STREAM_KEYS: production takes keys of {PRODUCTION_KEY_BYTES} bytes", id="cameras.E002")]
    return []
