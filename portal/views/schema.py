"""The description of the REST API, for programs and those who write them."""

from django.http import HttpRequest, HttpResponseBase
from drf_spectacular.views import SpectacularAPIView

from facilities.access.doors.page import PersonalPage

# Two fields of transitions take the same words; without a name for them the generator warns and invents one.
NAMES = {"ENUM_NAME_OVERRIDES": {"StateEnum": "cameras.enums.State"}}


class Schema(PersonalPage):
    """OpenAPI, the same for everybody who is logged in: it describes resources and shows nothing of any."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        return SpectacularAPIView.as_view(custom_settings=NAMES)(request)
