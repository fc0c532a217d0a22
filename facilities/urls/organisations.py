"""Pages of bodies, mandates and the tree."""

from django.urls import URLPattern, URLResolver, path

from facilities.views.facility_acts import FacilityEdit, FacilityNew, FacilityZones, ZoneDelete, ZoneEdit
from facilities.views.mandates import MandateChoice, MandateEnd, MandateNew, Mandates
from facilities.views.organisation_acts import (
    OrganisationClose,
    OrganisationEdit,
    OrganisationMerge,
    OrganisationMove,
    OrganisationNew,
    OrganisationSplit,
)
from facilities.views.organisation_networks import OrganisationNetworks
from facilities.views.organisations import OrganisationPage, Organisations

urlpatterns: list[URLPattern | URLResolver] = [
    path("organisations/", Organisations.as_view(), name="organisations"),
    path("organisations/<int:pk>/", OrganisationPage.as_view(), name="organisation"),
    path("organisations/<int:pk>/new/", OrganisationNew.as_view(), name="organisation_new"),
    path("organisations/<int:pk>/edit/", OrganisationEdit.as_view(), name="organisation_edit"),
    path("organisations/<int:pk>/move/", OrganisationMove.as_view(), name="organisation_move"),
    path("organisations/<int:pk>/close/", OrganisationClose.as_view(), name="organisation_close"),
    path("organisations/<int:pk>/merge/", OrganisationMerge.as_view(), name="organisation_merge"),
    path("organisations/<int:pk>/split/", OrganisationSplit.as_view(), name="organisation_split"),
    path("organisations/<int:pk>/networks/", OrganisationNetworks.as_view(), name="organisation_networks"),
    path("organisations/<int:pk>/facilities/new/", FacilityNew.as_view(), name="facility_new"),
    path("organisations/<int:pk>/mandates/new/", MandateNew.as_view(), name="mandate_new"),
    path("facilities/<int:pk>/edit/", FacilityEdit.as_view(), name="facility_edit"),
    path("facilities/<int:pk>/zones/", FacilityZones.as_view(), name="facility_zones"),
    path("zones/<int:pk>/edit/", ZoneEdit.as_view(), name="zone_edit"),
    path("zones/<int:pk>/delete/", ZoneDelete.as_view(), name="zone_delete"),
    path("mandates/", Mandates.as_view(), name="mandates"),
    path("mandates/new/", MandateChoice.as_view(), name="mandate_choice"),
    path("mandates/<int:pk>/end/", MandateEnd.as_view(), name="mandate_end"),
]
