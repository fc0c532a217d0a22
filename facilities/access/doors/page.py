"""The door of pages."""

from typing import Any, ClassVar, TypeVar

from django.conf import settings
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.views import redirect_to_login
from django.db import models
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.cache import add_never_cache_headers
from django.views.generic import View

from facilities.access.second_factor import lacking
from facilities.enums import Permission
from facilities.models import User
from facilities.models.scope import ScopedQuerySet

M = TypeVar("M", bound=models.Model)


class PersonalPage(LoginRequiredMixin, View):
    """A page about the person who is logged in, and nobody else. It names the methods that it answers.

    Whoever must log in with a second factor and has not is led to where it is set up, unless the page says otherwise.
    """

    methods: ClassVar[tuple[str, ...]] = ("GET",)
    # For what must work before a second factor is set up: the account's own pages.
    without_second_factor: ClassVar[bool] = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in (*self.methods, *(("HEAD",) if "GET" in self.methods else ())):
            return self.http_method_not_allowed(request, *args, **kwargs)
        if not self.without_second_factor and lacking(request.user, request.session):
            # What was sent with another method cannot be sent again by going there.
            wanted = request.get_full_path() if request.method == "GET" else resolve_url(settings.LOGIN_REDIRECT_URL)
            answer: HttpResponseBase = redirect_to_login(wanted, resolve_url(settings.SECOND_FACTOR_URL))
        else:
            answer = super().dispatch(request, *args, **kwargs)
        # Offices share computers: who goes back after another has logged out finds nothing.
        add_never_cache_headers(answer)
        return answer

    def _allowed_methods(self) -> list[str]:
        return list(self.methods)

    @property
    def person(self) -> User:
        """Who is logged in."""
        user = self.request.user
        assert isinstance(user, User)  # noqa: S101 - LoginRequiredMixin let them pass
        return user


class Page(PersonalPage):
    """A page over the part of the tree that the person reaches; what lies outside answers 404.

    `permissions` names one permission per method; a method that is not named is refused. Used before Django's
    generic views, it gives them their queryset.
    """

    permissions: ClassVar[dict[str, Permission]]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "permissions" in cls.__dict__:
            cls.methods = tuple(cls.permissions)

    @property
    def permission(self) -> Permission:
        """What the present method takes; HEAD takes what GET takes."""
        return self.permissions["GET" if self.request.method == "HEAD" else str(self.request.method)]

    def visible(self, rows: ScopedQuerySet[M]) -> ScopedQuerySet[M]:
        """Those of `rows` that the person reaches with the permission of the present method."""
        return rows.visible_to(self.person, self.permission)

    def get_queryset(self) -> Any:  # noqa: ANN401 - Django's generic views disagree on its type
        return self.visible(self.model.objects.all())  # type: ignore[attr-defined] # declared by Django's generic views
