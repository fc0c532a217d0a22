"""The door of the REST API."""

from typing import Any, ClassVar, cast

from rest_framework.exceptions import MethodNotAllowed
from rest_framework.request import Request
from rest_framework.viewsets import GenericViewSet

from facilities.enums import Permission
from facilities.models.scope import ScopedQuerySet


class Resource(GenericViewSet[Any]):
    """A resource over the part of the tree that the person reaches; what lies outside answers 404.

    `permissions` names one permission per action (`list`, `retrieve`, `create`, …); an action that is not named is
    refused.
    """

    permissions: ClassVar[dict[str, Permission]]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if self.action not in self.permissions and self.action not in ("metadata", None):
            raise MethodNotAllowed(request.method or "")

    @property
    def permission(self) -> Permission:
        """What the present action takes."""
        return self.permissions.get(self.action or "", Permission.ADMINISTER)

    def get_queryset(self) -> Any:  # noqa: ANN401 - as in Django REST framework's stubs
        rows = cast("ScopedQuerySet[Any]", super().get_queryset())
        return rows.visible_to(self.request.user, self.permission)
