"""Who, where, and what was promised."""

from facilities.models.facility import Facility, Zone
from facilities.models.grant import OrganisationGrant, RoleGrant
from facilities.models.organisation import AllowedNetwork, Organisation
from facilities.models.unit import AdministrativeUnit
from facilities.models.user import User

__all__ = [
    "AdministrativeUnit",
    "AllowedNetwork",
    "Facility",
    "Organisation",
    "OrganisationGrant",
    "RoleGrant",
    "User",
    "Zone",
]
