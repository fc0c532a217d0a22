"""Pages of spreadsheets taken in."""

from django.urls import URLPattern, URLResolver, path

from facilities.views import imports

urlpatterns: list[URLPattern | URLResolver] = [
    path("imports/", imports.ImportsPage.as_view(), name="imports"),
    path("imports/new/", imports.ImportUpload.as_view(), name="import_new"),
    path("imports/template/", imports.ImportTemplate.as_view(), name="import_template"),
    path("imports/<int:pk>/", imports.ImportPage.as_view(), name="import"),
    path("imports/<int:pk>/check/", imports.ImportCheck.as_view(), name="import_check"),
    path("imports/<int:pk>/confirm/", imports.ImportConfirm.as_view(), name="import_confirm"),
    path("imports/<int:pk>/cancel/", imports.ImportCancel.as_view(), name="import_cancel"),
    path("imports/<int:pk>/undo/", imports.ImportUndo.as_view(), name="import_undo"),
    path("imports/<int:pk>/errors/", imports.ImportErrors.as_view(), name="import_errors"),
]
