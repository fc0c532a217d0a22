"""System checks of what this machine must offer to look at cameras safely."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Warning, register  # noqa: A004 - the framework's name
from django.utils.translation import gettext as _

from cameras.pictures.sandbox import confinement


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
