"""Pages of what is on record."""

from django.urls import URLPattern, URLResolver, path

from facilities.views.records import Edits, EditsExport, Records, RecordsExport

urlpatterns: list[URLPattern | URLResolver] = [
    path("records/", Records.as_view(), name="records"),
    path("records/export/", RecordsExport.as_view(), name="records_export"),
    path("records/edits/", Edits.as_view(), name="record_edits"),
    path("records/edits/export/", EditsExport.as_view(), name="record_edits_export"),
]
