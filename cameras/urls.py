"""Pages about cameras."""

from django.urls import URLPattern, URLResolver, path

from cameras.views.access import CameraAccess
from cameras.views.cameras import (
    AddressCheck,
    CameraDeletion,
    CameraEdit,
    CameraPage,
    CameraRegistration,
    CameraStanding,
)
from cameras.views.wall import Wall, WallChooser

urlpatterns: list[URLPattern | URLResolver] = [
    path("wall/", WallChooser.as_view(), name="wall"),
    path("wall/<int:pk>/", Wall.as_view(), name="wall_of"),
    path("cameras/<int:pk>/", CameraPage.as_view(), name="camera"),
    path("cameras/<int:pk>/standing/", CameraStanding.as_view(), name="camera_standing"),
    path("cameras/<int:pk>/edit/", CameraEdit.as_view(), name="camera_edit"),
    path("cameras/<int:pk>/delete/", CameraDeletion.as_view(), name="camera_delete"),
    path("cameras/<int:pk>/access/", CameraAccess.as_view(), name="camera_access"),
    path("facilities/<int:pk>/cameras/new/", CameraRegistration.as_view(), name="camera_new"),
    path("facilities/<int:pk>/cameras/address/", AddressCheck.as_view(), name="camera_address"),
]
