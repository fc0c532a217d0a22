"""Every page of this app."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("facilities.urls.documents")),
    path("", include("facilities.urls.reminders")),
    path("", include("facilities.urls.connections")),
    path("", include("facilities.urls.people")),
    path("", include("facilities.urls.organisations")),
    path("", include("facilities.urls.imports")),
    path("", include("facilities.urls.records")),
]
