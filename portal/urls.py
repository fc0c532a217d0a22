"""Every page and resource of the portal."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from portal.views.facility import FacilityPage
from portal.views.home import Home
from portal.views.theme import ThemeChoice

urlpatterns: list[URLPattern | URLResolver] = [
    path("", Home.as_view(), name="home"),
    path("language/", set_language, name="set_language"),
    path("theme/", ThemeChoice.as_view(), name="theme"),
    path("facilities/<int:pk>/", FacilityPage.as_view(), name="facility"),
    path("", include("portal.routes.tables")),
    path("", include("portal.routes.pictures")),
    path("", include("portal.routes.rollout")),
    path("", include("portal.routes.officer")),
    path("", include("portal.routes.compliance_rules")),
    path("", include("portal.routes.frozen")),
    path("", include("portal.routes.exports")),
    path("", include("portal.account_urls")),
    path("api/", include("portal.api_urls")),
    path("", include("facilities.urls")),
    path("", include("cameras.urls")),
]
