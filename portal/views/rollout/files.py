"""Files of reports, handed out on record."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone

from facilities.access.doors.page import Page
from facilities.domain.stored_files import hand_out
from facilities.enums import Permission
from facilities.models import StoredFile


class ReportFile(Page):
    """A file that was attached to a report. Pictures of cameras, and files of documents, have doors of their own."""

    permissions = {"GET": Permission.VIEW_FIGURES}

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        del request
        attached = StoredFile.objects.filter(reports__isnull=False, acceptance__isnull=True).distinct()
        return hand_out(get_object_or_404(self.visible(attached), pk=pk), actor=self.person, now=timezone.now())
