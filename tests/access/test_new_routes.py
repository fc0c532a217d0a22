"""A route that nobody has written a row for is under fire at once: one with a hole is found out, one without is not."""

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin

from facilities.access.doors.api import Resource
from facilities.access.doors.page import Page, PersonalPage
from facilities.enums import Permission
from facilities.models import Facility, Mandate, Organisation, User
from facilities.serializers import FacilitySerializer
from tests.access.matrix import questions, routes_served, whole_table, wrongs
from tests.access.oracle import PERSONAS
from tests.access.table import TABLE
from tests.world import World

ASKED_BY = ("anonymous", "qn_analyst", "patchwork", "without_second_factor")
TO_FIGURES = {"GET": Permission.VIEW_FIGURES}
WITHOUT_DOOR = "behind no door"


class Detail(Page):
    permissions = TO_FIGURES

    def get(self, _request: HttpRequest, pk: int) -> HttpResponse:
        return HttpResponse(get_object_or_404(self.visible(Facility.objects.all()), pk=pk).code)


class DetailOfAll(Detail):
    def visible(self, rows: Any) -> Any:  # noqa: ANN401 - the hole
        return rows


class DetailToAnybody(Detail):
    def dispatch(self, *_args: Any, **kwargs: Any) -> HttpResponseBase:
        return HttpResponse(Facility.objects.filter(pk=kwargs["pk"]).values_list("pk"))


class OtherPermission(Detail):
    permissions = {"GET": Permission.REGISTER_CAMERAS}


class OtherPermissionThanNamed(OtherPermission):
    def visible(self, rows: Any) -> Any:  # noqa: ANN401 - the hole
        return rows.visible_to(self.person, Permission.VIEW_FIGURES)


class Export(Page):
    permissions = TO_FIGURES

    def get(self, _request: HttpRequest) -> StreamingHttpResponse:
        rows = self.visible(Facility.objects.all())
        return StreamingHttpResponse((row.code for row in rows), content_type="text/csv")


class ExportOfAll(Export):
    visible = DetailOfAll.visible


class Workbook(Page):
    permissions = TO_FIGURES

    def get(self, _request: HttpRequest) -> FileResponse:
        book, stream = openpyxl.Workbook(), io.BytesIO()
        for row in self.visible(Facility.objects.all()):
            book.worksheets[0].append([row.address])
        book.save(stream)
        stream.seek(0)
        return FileResponse(stream, filename="facilities.xlsx")


class WorkbookOfAll(Workbook):
    visible = DetailOfAll.visible


class Named(Workbook):
    """The name of a file is an answer, too."""

    def get(self, _request: HttpRequest) -> FileResponse:
        name = self.visible(Facility.objects.order_by("-pk")).values_list("code", flat=True).first() or "none"
        return FileResponse(io.BytesIO(b"%PDF"), filename=name)


class NamedOfAll(Named):
    visible = DetailOfAll.visible


class Colleagues(PersonalPage):
    def get(self, _request: HttpRequest) -> HttpResponse:
        return HttpResponse(str(self.person))


class AllColleagues(PersonalPage):
    def get(self, _request: HttpRequest) -> HttpResponse:
        return HttpResponse(", ".join(map(str, User.objects.all())))


class Deletion(Page):
    permissions = {"POST": Permission.ADMINISTER}

    def post(self, _request: HttpRequest, pk: int) -> HttpResponse:
        get_object_or_404(self.visible(Mandate.objects.all()), pk=pk).delete()
        return HttpResponse(status=204)


class DeletionBeforeLooking(Deletion):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        Mandate.objects.filter(pk=pk).update(basis="")
        return super().post(request, pk)


class Rename(Page):
    permissions = {"POST": Permission.ADMINISTER}

    def post(self, request: HttpRequest) -> HttpResponse:
        rows = self.visible(Organisation.objects.filter(pk=request.POST["organisation"]))
        return HttpResponse(rows.update(name=request.POST["name"]))


class RenameOfAll(Rename):
    visible = DetailOfAll.visible


class Resources(ListModelMixin, RetrieveModelMixin, Resource):
    permissions = {"list": Permission.VIEW_FIGURES, "retrieve": Permission.VIEW_FIGURES}
    queryset = Facility.objects.select_related("organisation", "district", "province").order_by("pk")
    serializer_class = FacilitySerializer


class ResourcesOfAll(Resources):
    def get_queryset(self) -> Any:  # noqa: ANN401 - the hole
        return self.queryset


class ResourcesToAnybody(ResourcesOfAll):
    permission_classes = ()

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - the hole
        pass


def bare(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(", ".join(Facility.objects.values_list("code", flat=True)))


def _page(view: type[PersonalPage], route: str) -> Any:  # noqa: ANN401 - an entry of the URLconf
    return path(route, view.as_view())


def _resource(view: type[Resources], route: str, action: str) -> Any:  # noqa: ANN401 - an entry of the URLconf
    return path(f"api/{route}", view.as_view({"get": action}))


SOUND: dict[str, Callable[[], Any]] = {
    "page": lambda: _page(Detail, "new/<int:pk>/"),
    "page with another permission": lambda: _page(OtherPermission, "new/<int:pk>/"),
    "stream": lambda: _page(Export, "new/"),
    "spreadsheet": lambda: _page(Workbook, "new/"),
    "file": lambda: _page(Named, "new/"),
    "personal page": lambda: _page(Colleagues, "new/"),
    "deletion": lambda: _page(Deletion, "new/<int:pk>/"),
    "edit": lambda: _page(Rename, "new/"),
    "resource": lambda: _resource(Resources, "new/<int:pk>/", "retrieve"),
    "resource's list": lambda: _resource(Resources, "new/", "list"),
}
HOLES: dict[str, Callable[[], Any]] = {
    "page": lambda: _page(DetailOfAll, "new/<int:pk>/"),
    "page to anybody": lambda: _page(DetailToAnybody, "new/<int:pk>/"),
    "page with another permission": lambda: _page(OtherPermissionThanNamed, "new/<int:pk>/"),
    "stream": lambda: _page(ExportOfAll, "new/"),
    "spreadsheet": lambda: _page(WorkbookOfAll, "new/"),
    "file": lambda: _page(NamedOfAll, "new/"),
    "personal page": lambda: _page(AllColleagues, "new/"),
    "deletion": lambda: _page(DeletionBeforeLooking, "new/<int:pk>/"),
    "edit": lambda: _page(RenameOfAll, "new/"),
    "resource": lambda: _resource(ResourcesOfAll, "new/<int:pk>/", "retrieve"),
    "resource to anybody": lambda: _resource(ResourcesToAnybody, "new/<int:pk>/", "retrieve"),
    "resource's list": lambda: _resource(ResourcesOfAll, "new/", "list"),
    WITHOUT_DOOR: lambda: path("new/", bare),
}


def _wrongs(world: World) -> list[str]:
    new = {route: row for route, row in whole_table().items() if route not in TABLE and "new/" in route}
    assert len(new) == 1
    return [wrong for persona in ASKED_BY for wrong in wrongs(world, persona, list(questions(new, PERSONAS[persona])))]


@pytest.mark.parametrize("name", SOUND)
def test_what_stands_behind_its_door_is_left_in_peace(
    standing_world: World, serve: Callable[..., None], name: str
) -> None:
    serve(SOUND[name]())
    assert _wrongs(standing_world) == []


@pytest.mark.parametrize("name", HOLES)
def test_a_hole_is_found_out(standing_world: World, serve: Callable[..., None], name: str) -> None:
    serve(HOLES[name]())
    assert _wrongs(standing_world)


def test_a_new_route_enters_the_matrix_and_its_row_is_missed(serve: Callable[..., None]) -> None:
    serve(_page(Detail, "new/<int:pk>/"))
    assert "new/<int:pk>/" in {question.route for question in questions()}
    assert {path for path, _ in routes_served()} - set(TABLE) >= {"new/<int:pk>/"}
