"""Pages about cameras."""

from django.urls import URLPattern, URLResolver, path

from cameras.views.wall import Wall, WallChooser

urlpatterns: list[URLPattern | URLResolver] = [
    path("wall/", WallChooser.as_view(), name="wall"),
    path("wall/<int:pk>/", Wall.as_view(), name="wall_of"),
]
