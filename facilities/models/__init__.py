"""Who, where, and what was promised."""

from facilities.models.compliance_rule import ComplianceRule
from facilities.models.deadline import Deadline
from facilities.models.document import Document, Recipient
from facilities.models.facility import Facility, Zone
from facilities.models.facility_change import FacilityChange
from facilities.models.grant import OrganisationGrant, RoleGrant
from facilities.models.intake import Import, ImportRow
from facilities.models.mandate import Mandate
from facilities.models.organisation import AllowedNetwork, Organisation
from facilities.models.placement import Placement
from facilities.models.record import DaySeal, Record
from facilities.models.reminder import Reminder, ReminderRule, Reminding
from facilities.models.rollout import (
    ActualCost,
    Contact,
    Estimate,
    EstimateLine,
    ProgressReport,
    SinkReport,
    SurveyedZone,
)
from facilities.models.stored_file import StoredFile
from facilities.models.unit import AdministrativeUnit
from facilities.models.user import User

__all__ = [
    "ActualCost",
    "AdministrativeUnit",
    "AllowedNetwork",
    "ComplianceRule",
    "Contact",
    "DaySeal",
    "Deadline",
    "Document",
    "Estimate",
    "EstimateLine",
    "Facility",
    "FacilityChange",
    "Import",
    "ImportRow",
    "Mandate",
    "Organisation",
    "OrganisationGrant",
    "Placement",
    "ProgressReport",
    "Recipient",
    "Record",
    "Reminder",
    "ReminderRule",
    "Reminding",
    "RoleGrant",
    "SinkReport",
    "StoredFile",
    "SurveyedZone",
    "User",
    "Zone",
]
