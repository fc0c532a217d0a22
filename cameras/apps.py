from django.apps import AppConfig


class CamerasConfig(AppConfig):
    """What machines saw."""

    name = "cameras"

    def ready(self) -> None:
        from cameras import checks  # noqa: F401, PLC0415 - registers the system checks
        from cameras.intake import register_kind  # noqa: PLC0415 - the models must be loaded first

        register_kind()
