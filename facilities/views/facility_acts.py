"""Facilities are entered and edited, and their zones added, renamed and removed."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from facilities.domain.editing import edit_facility, remove_zone, rename_zone
from facilities.domain.moving_authority import lacking_to_recast
from facilities.domain.surroundings import units_of_facilities
from facilities.domain.tree import create_facility, create_zone
from facilities.enums import OrganisationKind, Premises, Sector, ZoneKind
from facilities.forms.acts import ActForm
from facilities.forms.facilities import FacilityForm, ZoneForm, ZoneNameForm
from facilities.models import Facility, Organisation, Zone
from facilities.views.act import Act, Consequences, Text


class FacilityNew(Act):
    """Enters a facility below a body."""

    icon = "building-plus"

    def form(self, sent: Any) -> ActForm:  # noqa: ANN401 - what Django's forms take
        return FacilityForm(sent, units=units_of_facilities(self.node), initial={"unit": self.node.area_id})

    def words(self) -> dict[str, Text]:
        return {"title": _("Enter a facility below %(name)s") % {"name": self.node}, "button": _("Enter the facility")}

    def barred(self) -> Text:
        if self.node.kind == OrganisationKind.FACILITY:
            return _("Nothing stands below a facility.")
        return super().barred()

    def done(self, form: ActForm) -> HttpResponse:
        given = form.cleaned_data
        made = create_facility(
            parent=self.node,
            name=given["name"],
            name_en=given["name_en"],
            code=given["code"],
            sector=Sector(given["sector"]),
            premises=Premises(given["premises"]),
            district=given["unit"],
            address=given["address"],
            placed_from=given["since"],
            actor=self.person,
        )
        messages.success(self.request, _("%(name)s was entered. Enter its zones next.") % {"name": made})
        return redirect("facility_zones", made.pk)


class OfFacility(Act):
    """Something done to a facility, whose node is then the one that it is about."""

    def load(self, pk: int) -> None:
        rows = Facility.objects.select_related("organisation__area", "district", "province")
        self.facility: Facility = get_object_or_404(self.visible(rows), pk=pk)
        self.node = self.facility.organisation


class FacilityEdit(OfFacility):
    """Changes what is known of a facility."""

    def form(self, sent: Any) -> ActForm:  # noqa: ANN401 - what Django's forms take
        facility, node = self.facility, self.node
        initial = {
            "name": node.name,
            "name_en": node.name_en,
            "code": facility.code,
            "sector": facility.sector,
            "premises": facility.premises,
            "unit": facility.district_id or facility.province_id,
            "address": facility.address,
        }
        parent = Organisation.objects.get_parent(node, update=True)
        return FacilityForm(sent, units=units_of_facilities(parent), moving=True, initial=initial)

    def words(self) -> dict[str, Text]:
        return {"title": _("Edit %(name)s") % {"name": self.node}, "button": _("Save")}

    def done(self, form: ActForm) -> HttpResponse:
        given, now = form.cleaned_data, timezone.now()
        sector, unit = Sector(given["sector"]), given["unit"]
        if lacking := lacking_to_recast(self.person, self.facility, sector=sector, unit=unit, now=now):
            missing = ", ".join(str(permission.label) for permission in lacking)
            text = _("People with a role there would gain over it what you do not hold yourself: %(permissions)s.")
            field = "sector" if sector != self.facility.sector else "unit"
            raise ValidationError({field: text % {"permissions": missing}})
        edit_facility(
            facility=self.facility,
            name=given["name"],
            name_en=given["name_en"],
            code=given["code"],
            sector=sector,
            premises=Premises(given["premises"]),
            unit=unit,
            address=given["address"],
            on=given["since"],
        )
        messages.success(self.request, _("Saved. What was before stays in the history; edit it back to undo."))
        return redirect("organisation", self.node.pk)


class FacilityZones(OfFacility):
    """Lists the zones of a facility and adds one."""

    template = "facilities/facility_zones.html"
    icon = "plus"

    def form(self, sent: Any) -> ActForm:  # noqa: ANN401 - what Django's forms take
        return ZoneForm(sent)

    def words(self) -> dict[str, Text]:
        return {"title": _("Zones of %(name)s") % {"name": self.node}, "button": _("Add the zone")}

    def done(self, form: ActForm) -> HttpResponse:
        given = form.cleaned_data
        made = create_zone(facility=self.facility, kind=ZoneKind(given["kind"]), name=given["name"])
        messages.success(self.request, _("%(name)s was added.") % {"name": made})
        return redirect("facility_zones", self.facility.pk)

    def show(self, request: HttpRequest, form: ActForm | None, **context: Any) -> HttpResponse:
        zones = self.facility.zones.order_by("name")
        return super().show(request, form, facility=self.facility, zones=zones, **context)


class OfZone(Act):
    """Something done to a zone, which a facility's node is then about."""

    def load(self, pk: int) -> None:
        rows = Zone.objects.select_related("facility__organisation__area")
        self.zone: Zone = get_object_or_404(self.visible(rows), pk=pk)
        self.node = self.zone.facility.organisation

    def barred(self) -> Text:
        return ""

    def show(self, request: HttpRequest, form: ActForm | None, **context: Any) -> HttpResponse:
        return super().show(request, form, facility=self.zone.facility, **context)


class ZoneEdit(OfZone):
    """Calls a zone otherwise."""

    def form(self, sent: Any) -> ActForm:  # noqa: ANN401 - what Django's forms take
        return ZoneNameForm(sent, initial={"name": self.zone.name})

    def words(self) -> dict[str, Text]:
        lead = _("Its kind stays: cameras were registered for that. Add another zone for another kind.")
        return {"title": _("Rename %(name)s") % {"name": self.zone}, "button": _("Save"), "lead": lead}

    def done(self, form: ActForm) -> HttpResponse:
        try:
            rename_zone(zone=self.zone, name=form.cleaned_data["name"])
        except ValidationError as refusal:
            # A facility's names are told apart by a constraint over two fields, which has no field of its own.
            raise ValidationError({"name": refusal.messages}) from None
        messages.success(self.request, _("Saved."))
        return redirect("facility_zones", self.zone.facility_id)


class ZoneDelete(OfZone):
    """Takes away a zone that was entered by mistake."""

    asks = True
    icon = "trash"

    def form(self, sent: Any) -> ActForm:  # noqa: ANN401 - what Django's forms take
        return ActForm(sent)

    def words(self) -> dict[str, Text]:
        lead = _("A zone without a camera is removed; it can be added again under the same name.")
        return {"title": _("Remove %(name)s?") % {"name": self.zone}, "button": _("Remove the zone"), "lead": lead}

    def do(self, form: ActForm) -> object:
        del form
        try:
            remove_zone(zone=Zone.objects.get(pk=self.zone.pk))
        except Zone.DoesNotExist:
            raise Http404 from None
        return None

    def done(self, form: ActForm) -> HttpResponse:
        self.do(form)
        messages.success(self.request, _("%(name)s was removed.") % {"name": self.zone})
        return redirect("facility_zones", self.zone.facility_id)

    def consequences(self, form: ActForm) -> Consequences:
        del form
        return [(_("Zone"), self.zone.name), (_("Kind"), self.zone.get_kind_display())]
