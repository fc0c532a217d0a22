"""Pages of leaders' tables."""

from django.urls import URLPattern, URLResolver, path

from portal.views.compliance import Compliance
from portal.views.lists import Cameras, Contradictions, NotConnected
from portal.views.saved_views import SavedViewDelete, SavedViewRename, SavedViews, SavedViewUndo

urlpatterns: list[URLPattern | URLResolver] = [
    path("compliance/", Compliance.as_view(), name="compliance"),
    path("compliance/facilities/", Compliance.as_view(by_facility=True), name="compliance_facilities"),
    path("compliance/cameras/", Cameras.as_view(), name="compliance_cameras"),
    path("compliance/not-connected/", NotConnected.as_view(), name="not_connected"),
    path("compliance/contradictions/", Contradictions.as_view(), name="compliance_contradictions"),
    path("compliance/<int:pk>/", Compliance.as_view(), name="compliance_unit"),
    path("compliance/<int:pk>/facilities/", Compliance.as_view(by_facility=True), name="compliance_facilities"),
    path("views/", SavedViews.as_view(), name="saved_views"),
    path("views/undo/", SavedViewUndo.as_view(), name="saved_view_undo"),
    path("views/<int:pk>/rename/", SavedViewRename.as_view(), name="saved_view_rename"),
    path("views/<int:pk>/delete/", SavedViewDelete.as_view(), name="saved_view_delete"),
]
