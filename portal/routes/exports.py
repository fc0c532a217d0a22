"""Pages of exports."""

from django.urls import URLPattern, URLResolver, path

from portal.views.exports import ExportAgain, ExportFile, ExportNew, ExportPage, ExportRemove, Exports

urlpatterns: list[URLPattern | URLResolver] = [
    path("exports/", Exports.as_view(), name="exports"),
    path("exports/new/", ExportNew.as_view(), name="export_new"),
    path("exports/<int:pk>/", ExportPage.as_view(), name="export"),
    path("exports/<int:pk>/file/", ExportFile.as_view(), name="export_file"),
    path("exports/<int:pk>/again/", ExportAgain.as_view(), name="export_again"),
    path("exports/<int:pk>/remove/", ExportRemove.as_view(), name="export_remove"),
]
