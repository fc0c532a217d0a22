"""Whom to call at a facility: shown to whoever reaches it, entered by whoever reports for it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from facilities.access.doors.page import Page
from facilities.domain.contacts import set_contact
from facilities.enums import Permission
from facilities.forms.connections import ContactForm
from facilities.models import Contact, Facility


class FacilityContact(Page):
    """The contact, and for whoever reports for the facility the form."""

    permissions = {"GET": Permission.VIEW_FIGURES, "POST": Permission.REPORT_PROGRESS}

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._show(request, self._facility(pk), None)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        facility, form = self._facility(pk), ContactForm(request.POST)
        if form.is_valid():
            try:
                set_contact(facility=facility, **form.cleaned_data)
            except ValidationError as refusal:
                form.tell(refusal)
            else:
                messages.success(request, _("The contact is saved."))
                return redirect("facility", pk)
        return self._show(request, facility, form)

    def _facility(self, pk: int) -> Facility:
        rows = Facility.objects.select_related("organisation", "province", "district")
        return get_object_or_404(self.visible(rows), pk=pk)

    def _show(self, request: HttpRequest, facility: Facility, form: ContactForm | None) -> HttpResponse:
        contact = Contact.objects.filter(facility=facility).first()
        may_report = (
            Facility.objects.visible_to(self.person, Permission.REPORT_PROGRESS).filter(pk=facility.pk).exists()
        )
        if form is None and may_report:
            form = ContactForm(initial=model_to_dict(contact) if contact else None)
        context = {"facility": facility, "contact": contact, "form": form}
        return render(request, "facilities/contact.html", context)
