"""Bodies of the tree: people's committees, departments, commands."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from facilities.domain.placing import area_around
from facilities.domain.tree import create_organisation
from facilities.enums import OrganisationKind, Permission, UnitLevel
from facilities.intake.cells import RowRefused
from facilities.intake.columns import Column, choice_column, code, text
from facilities.intake.comparing import check_same
from facilities.intake.places import Units, bodies
from facilities.intake.registry import Kind, Taken, Values
from facilities.intake.taking_back import in_reach, remove_organisation
from facilities.models import Organisation, User

_KINDS = tuple(kind for kind in OrganisationKind if kind not in (OrganisationKind.NATIONAL, OrganisationKind.FACILITY))

COLUMNS = (
    Column(
        "name", _("Name"), _("The whole name, in Vietnamese."), text(200), required=True, example="Sở Y tế Quảng Nam"
    ),
    Column("name_en", _("English name"), _("May be left empty."), text(200), example="Quảng Nam Department of Health"),
    choice_column("kind", _("Kind of body"), _("One of the words listed."), _KINDS, OrganisationKind.DEPARTMENT),
    Column(
        "parent",
        _("Body above"),
        _("Code or whole name of the body below which it stands; it may stand further up in this file."),
        text(200),
        required=True,
        example="UBND tỉnh Quảng Nam",
    ),
    Column("code", _("Code of the body"), _("By which other spreadsheets name it."), code(30), example="SYT-49"),
    Column(
        "area",
        _("Area"),
        _("Code or name of the province or district that it answers for; empty, it has none of its own."),
        code(120, width=2),
        example="49",
    ),
)


class OrganisationIntake:
    """One run over a file of bodies."""

    def __init__(self, person: User, now: datetime) -> None:
        self.person, self.bodies, self.units = person, bodies(person, now), Units(now)

    def take(self, values: Values) -> Taken:
        parent = self.bodies.find(values["parent"], "parent")
        area = None
        if values["area"]:
            around = area_around(parent)
            levels = [UnitLevel.DISTRICT] if values["kind"] == OrganisationKind.DISTRICT else list(UnitLevel)
            area = self.units.find(values["area"], "area", around, *levels)
        given = {"kind": values["kind"], "name": values["name"], "name_en": values["name_en"], "area": area}
        there = self._there(parent, values)
        if there is not None:
            above = Organisation.objects.get_parent(there)
            check_same(given | {"parent": parent}, {name: getattr(there, name) for name in given} | {"parent": above})
            return Taken()
        try:
            node = create_organisation(parent=parent, actor=self.person, code=values["code"], **given)
        except ValidationError as error:
            columns = {name: name for name in (*given, "parent", "code")}
            raise RowRefused.by_validation(error, columns) from None
        self.bodies.add(node, node.code, (node.name, node.name_en))
        return Taken((node,), node.path)

    def _there(self, parent: Organisation, values: Values) -> Organisation | None:
        if values["code"]:
            return self.bodies.with_code(values["code"])
        below = len(parent.path) + Organisation.steplen
        named = self.bodies.with_name(values["name"])
        return next((node for node in named if node.path.startswith(parent.path) and len(node.path) == below), None)


def take_back(label: str, pk: int, person: User, now: datetime) -> None:
    """Delete the body. Raises StillNeeded."""
    del label, now
    node = in_reach(Organisation.objects.all(), pk, person, Permission.ADMINISTER)
    if node is not None:
        remove_organisation(node)


ORGANISATIONS = Kind(
    "organisations",
    _("Organisations"),
    _("Bodies above come before those below them, in this file or in the portal."),
    COLUMNS,
    Permission.ADMINISTER,
    OrganisationIntake,
    take_back,
)
