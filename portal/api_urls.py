"""Every resource of the REST API."""

from django.urls import URLPattern, URLResolver, path
from rest_framework.routers import SimpleRouter

from cameras.api import CameraResource, StateResource, TransitionResource
from facilities.api import FacilityResource, ZoneResource
from facilities.organisation_api import MandateResource, OrganisationResource
from portal.views.schema import Schema

# A simple one: the default router adds a page of its own, which is behind no door.
router = SimpleRouter()
router.register("facilities", FacilityResource, basename="api_facility")
router.register("zones", ZoneResource, basename="api_zone")
router.register("cameras", CameraResource, basename="api_camera")
router.register("states", StateResource, basename="api_state")
router.register("organisations", OrganisationResource, basename="api_organisation")
router.register("mandates", MandateResource, basename="api_mandate")
router.register("transitions", TransitionResource, basename="api_transition")

urlpatterns: list[URLPattern | URLResolver] = [path("schema/", Schema.as_view(), name="api_schema"), *router.urls]
