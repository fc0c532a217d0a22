"""Pages of contacts and of connections to sinks."""

from django.urls import URLPattern, URLResolver, path

from facilities.views.connections import ConnectionAnswer, Connections, FacilityConnections
from facilities.views.contact import FacilityContact

urlpatterns: list[URLPattern | URLResolver] = [
    path("connections/", Connections.as_view(), name="connections"),
    path("facilities/<int:pk>/connections/", FacilityConnections.as_view(), name="connections_of_facility"),
    path("facilities/<int:pk>/connections/answer/", ConnectionAnswer.as_view(), name="connection_answer"),
    path("facilities/<int:pk>/contact/", FacilityContact.as_view(), name="contact_edit"),
]
