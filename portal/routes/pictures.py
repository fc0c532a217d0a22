"""Pages of pictures for leaders: map, progress, day and night."""

from django.urls import URLPattern, URLResolver, path

from portal.views.pictures import ProgressCurve, ProvinceMap, Strips
from portal.views.uptime import FacilityUptime

urlpatterns: list[URLPattern | URLResolver] = [
    path("compliance/map/", ProvinceMap.as_view(), name="compliance_map"),
    path("compliance/progress/", ProgressCurve.as_view(), name="compliance_progress"),
    path("compliance/strips/", Strips.as_view(), name="compliance_strips"),
    path("facilities/<int:pk>/uptime/", FacilityUptime.as_view(), name="facility_uptime"),
]
