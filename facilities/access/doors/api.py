"""The door of the REST API."""

from typing import Any, ClassVar, cast

from django.core.exceptions import RequestDataTooBig
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext
from rest_framework.exceptions import MethodNotAllowed, ParseError, PermissionDenied
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from facilities.access.doors.bodies import Bodies
from facilities.access.doors.description import Description
from facilities.access.second_factor import lacking
from facilities.enums import Permission
from facilities.models.scope import ScopedQuerySet


class Slices(LimitOffsetPagination):
    """`limit` rows from `offset`; whatever is asked for, one answer stays small."""

    default_limit = 100
    max_limit = 1000


class Resource(GenericViewSet[Any]):
    """A resource over the part of the tree that the person reaches; what lies outside answers 404.

    `permissions` names one permission per action (`list`, `retrieve`, `create`, …); an action that is not named is
    refused.
    """

    permissions: ClassVar[dict[str, Permission]]
    # Actions that are refused with 409 where the thing is not as whoever asks believes it to be.
    conflicting: ClassVar[frozenset[str]] = frozenset()
    pagination_class = Slices
    # Whatever stands in the number's place is answered here: what is no number is not there.
    lookup_value_regex = "[^/]+"
    parser_classes = (Bodies,)
    schema = Description()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if lacking(request.user, request.session):
            sentence = gettext("Your role asks for a second factor. Log in to the portal with one.")
            raise PermissionDenied({"code": "second_factor_required", "detail": sentence})
        if self.action not in self.permissions and self.action not in ("metadata", None):
            raise MethodNotAllowed(request.method or "")

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, RequestDataTooBig):
            exc = ParseError(gettext("This is more than one request may hold."))
        return super().handle_exception(exc)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        answer = super().finalize_response(request, response, *args, **kwargs)
        add_never_cache_headers(answer)
        return answer

    @property
    def permission(self) -> Permission:
        """What the present action takes."""
        return self.permissions.get(self.action or "", Permission.ADMINISTER)

    def get_queryset(self) -> Any:  # noqa: ANN401 - as in Django REST framework's stubs
        rows = cast("ScopedQuerySet[Any]", super().get_queryset())
        return rows.visible_to(self.request.user, self.permission)
