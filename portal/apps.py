from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class PortalConfig(AppConfig):
    """The frame, and the pages that join the other apps."""

    name = "portal"
    # There is another configuration in this module: Django would take neither for granted.
    default = True

    def ready(self) -> None:
        # Tasks are bound to the first Celery application that there is: it must be the portal's own.
        from portal import celery  # noqa: F401, PLC0415 - only now are the settings there for it to read
        from portal.account import on_record  # noqa: PLC0415 - the models must be loaded first

        on_record.connect()


class PageFiles(StaticFilesConfig):
    """Collects what the pages use of the front end's packages; some of the rest refers to files that are missing."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        *("tabler-*", "*.rtl.*"),
        *("be-vietnam-pro-*.woff", "*-italic.*", "*-latin-ext-*"),
    ]
