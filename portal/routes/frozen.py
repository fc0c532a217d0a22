"""Pages of frozen and published figures."""

from django.urls import URLPattern, URLResolver, path

from portal.views.frozen import FacilityFrozen, FrozenRow
from portal.views.publications import PublicationNew, PublicationPage, Publications

urlpatterns: list[URLPattern | URLResolver] = [
    path("facilities/<int:pk>/frozen/", FacilityFrozen.as_view(), name="facility_frozen"),
    path("frozen/<int:pk>/", FrozenRow.as_view(), name="frozen_row"),
    path("publications/", Publications.as_view(), name="publications"),
    path("publications/new/", PublicationNew.as_view(), name="publication_new"),
    path("publications/<int:pk>/", PublicationPage.as_view(), name="publication"),
]
