"""Who, where, and what was promised."""

from facilities.models.facility import Facility, Zone
from facilities.models.grant import OrganisationGrant, RoleGrant
from facilities.models.intake import Import, ImportRow
from facilities.models.mandate import Mandate
from facilities.models.organisation import AllowedNetwork, Organisation
from facilities.models.placement import Placement
from facilities.models.record import DaySeal, Record
from facilities.models.unit import AdministrativeUnit
from facilities.models.user import User

__all__ = [
    "AdministrativeUnit",
    "AllowedNetwork",
    "DaySeal",
    "Facility",
    "Import",
    "ImportRow",
    "Mandate",
    "Organisation",
    "OrganisationGrant",
    "Placement",
    "Record",
    "RoleGrant",
    "User",
    "Zone",
]
