from django.apps import AppConfig


class FacilitiesConfig(AppConfig):
    """Who, where, and what was promised."""

    name = "facilities"

    def ready(self) -> None:
        from facilities.intake import tasks  # noqa: F401, PLC0415 - known to the workers
        from facilities.intake.kinds import register_all  # noqa: PLC0415 - the models must be loaded first

        register_all()
