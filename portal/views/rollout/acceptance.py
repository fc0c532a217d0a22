"""The report of the acceptance, camera by camera, and the pictures with which they were accepted."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cameras.domain.acceptance import Candidate, candidates, report_acceptance
from cameras.models import Acceptance
from facilities.access.doors.page import Page
from facilities.domain.records import record
from facilities.domain.stored_files import attachment
from facilities.enums import Permission, RecordedAction, Requirement, Stage
from facilities.forms.acts import ActForm
from facilities.forms.rollout import CostedForm
from facilities.forms.rows import Rows
from facilities.models import ProgressReport
from portal.views.rollout.base import StepReport


class AcceptanceForm(CostedForm):
    """Which cameras are accepted. Those that cannot be are refused by name, with what to do."""

    cameras = forms.MultipleChoiceField(
        label=_("Cameras that are accepted"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, there: Sequence[Candidate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["cameras"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - declared above
        field.choices = [(each.camera.pk, each.camera.name) for each in there]


class AcceptanceReport(StepReport):
    """Cameras with a picture of the last minutes are ticked to begin with."""

    stage = Stage.ACCEPTED
    template = "portal/rollout_acceptance.html"

    def load(self, pk: int) -> None:
        super().load(pk)
        self.there = candidates(self.facility, now=timezone.now())

    def form(self, sent: QueryDict | None, initial: dict[str, Any]) -> ActForm:
        return self.filled(AcceptanceForm, sent, initial=initial, there=self.there)

    def initial(self) -> dict[str, Any]:
        return {"cameras": [each.camera.pk for each in self.there if not each.refusal and not _forbidden(each)]}

    def report(self, form: Any, rows: Any) -> ProgressReport:  # noqa: ANN401 - as in the base
        del rows
        given = form.cleaned_data
        return report_acceptance(
            facility=self.facility,
            cameras=[int(pk) for pk in given["cameras"]],
            account=form.account(),
            actual_cost=given["actual_cost"],
            actor=self.person,
            now=timezone.now(),
        )

    def show(self, request: HttpRequest, form: ActForm, rows: Rows | None, **context: Any) -> HttpResponse:
        ticked = {str(pk) for pk in form["cameras"].value() or []}
        there = [(each, str(each.camera.pk) in ticked, _forbidden(each)) for each in self.there]
        may_register = self.may(Permission.REGISTER_CAMERAS)
        return super().show(request, form, rows, there=there, may_register=may_register, **context)


class AcceptancePicture(Page):
    """The picture with which a camera was accepted. Each view of it is on record."""

    permissions = {"GET": Permission.VIEW_PICTURES}

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        del request
        rows = Acceptance.objects.select_related("camera__zone__facility__organisation", "picture")
        accepted = get_object_or_404(self.visible(rows), pk=pk)
        zone = accepted.camera.zone
        # It may have been moved, or its zone been understood, since then.
        if accepted.picture is None or zone.requirement is Requirement.FORBIDDEN:
            raise Http404
        with transaction.atomic():
            record(
                RecordedAction.PICTURES_OPENED,
                actor=self.person,
                now=timezone.now(),
                organisation=zone.facility.organisation_id,
                subject=str(zone.facility),
                detail={"cameras": [accepted.camera_id], "acceptance": accepted.pk},
            )
            return attachment(accepted.picture)


def _forbidden(candidate: Candidate) -> bool:
    return candidate.camera.zone.requirement is Requirement.FORBIDDEN
