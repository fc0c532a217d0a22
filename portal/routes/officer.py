"""Pages of a facility's officer."""

from django.urls import URLPattern, URLResolver, path

from portal.views.facility_cameras import FacilityCameras

urlpatterns: list[URLPattern | URLResolver] = [
    path("facilities/<int:pk>/cameras/", FacilityCameras.as_view(), name="facility_cameras"),
]
