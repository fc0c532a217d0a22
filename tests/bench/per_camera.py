"""What people write today: guardian with a grant per camera, behind the portal's own resource of the API."""

from typing import Any

from django.contrib.auth.models import Permission as PermissionRow
from django.contrib.contenttypes.models import ContentType
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, QuerySet
from django.urls import URLPattern, URLResolver, include, path
from guardian.models import UserObjectPermission
from guardian.shortcuts import get_objects_for_user
from rest_framework.routers import SimpleRouter

from cameras.api import CameraResource
from cameras.models import Camera
from facilities.enums import Permission
from facilities.models import User
from portal.urls import urlpatterns as portal_urls

VIEW, REGISTER = Permission.VIEW_FIGURES, Permission.REGISTER_CAMERAS


def grant_each(person: User, cameras: QuerySet[Camera]) -> None:
    """A row for each of the cameras, as guardian keeps them."""
    content_type = ContentType.objects.get_for_model(Camera)
    permission, _ = PermissionRow.objects.get_or_create(codename=VIEW, content_type=content_type)
    PermissionRow.objects.get_or_create(codename=REGISTER, content_type=content_type)
    UserObjectPermission.objects.bulk_create(
        [
            UserObjectPermission(user=person, permission=permission, content_type=content_type, object_pk=str(pk))
            for pk in cameras.values_list("pk", flat=True)
        ],
        batch_size=5000,
    )


def cameras_of(person: Any, permission: Permission = VIEW) -> QuerySet[Camera]:  # noqa: ANN401 - as guardian takes it
    """Guardian's own call, as its documentation has it."""
    rows: QuerySet[Camera] = get_objects_for_user(person, f"cameras.{permission.value}", Camera)
    return rows


class CamerasByGuardian(CameraResource):
    """The same resource, the same work on each row; guardian says which rows."""

    def get_queryset(self) -> QuerySet[Camera]:
        registrable = Exists(cameras_of(self.request.user, REGISTER).filter(pk=OuterRef("pk")))
        rows = cameras_of(self.request.user).select_related("zone__facility__organisation", "state").order_by("pk")
        return rows.prefetch_related("streams").annotate(
            registrable=ExpressionWrapper(registrable, output_field=BooleanField())
        )


router = SimpleRouter()
router.register("cameras", CamerasByGuardian, basename="per_camera")
urlpatterns: list[URLPattern | URLResolver] = [path("per-camera/", include(router.urls)), *portal_urls]
