"""Pages of people, their roles, and who sees what."""

from django.urls import URLPattern, URLResolver, path

from facilities.views.access import FacilityAccess
from facilities.views.grants import RoleEnd, RoleGiving, RoleReturn, RoleTaking
from facilities.views.people import Invitation, People
from facilities.views.person import MyAccess, PersonAccount, PersonPage

urlpatterns: list[URLPattern | URLResolver] = [
    path("people/", People.as_view(), name="people"),
    path("people/invite/", Invitation.as_view(), name="person_invite"),
    path("people/me/", MyAccess.as_view(), name="my_access"),
    path("people/undo/", RoleReturn.as_view(), name="role_undo"),
    path("people/<int:pk>/", PersonPage.as_view(), name="person"),
    path("people/<int:pk>/account/", PersonAccount.as_view(), name="person_account"),
    path("people/<int:pk>/roles/new/", RoleGiving.as_view(), name="role_new"),
    path("roles/<int:pk>/end/", RoleEnd.as_view(), name="role_end"),
    path("roles/<int:pk>/revoke/", RoleTaking.as_view(), name="role_revoke"),
    path("organisations/<int:pk>/people/", People.as_view(), name="organisation_people"),
    path("facilities/<int:pk>/access/", FacilityAccess.as_view(), name="facility_access"),
]
