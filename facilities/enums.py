"""The words for bodies, places and what people may do, in one place."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class UnitLevel(models.TextChoices):
    """Levels of the administrative map of 2021 that the portal needs."""

    PROVINCE = "province", _("Province or centrally run city")
    DISTRICT = "district", _("District")


class OrganisationKind(models.TextChoices):
    """What a node of the tree is."""

    NATIONAL = "national", _("National body")
    MINISTRY = "ministry", _("Ministry")
    PROVINCE = "province", _("Provincial People's Committee")
    DEPARTMENT = "department", _("Department")
    COMMAND = "command", _("Military command")
    DISTRICT = "district", _("District People's Committee")
    FACILITY = "facility", _("Quarantine facility")


class Sector(models.TextChoices):
    """Who runs a facility, and so which chain answers for it."""

    ARMY = "army", _("Army-run")
    CIVIL = "civil", _("Civil")
    PAID_HOTEL = "paid_hotel", _("Paid hotel")


class Premises(models.TextChoices):
    """What the building was before."""

    SCHOOL = "school", _("School")
    BARRACKS = "barracks", _("Barracks")
    DORMITORY = "dormitory", _("Dormitory")
    HOTEL = "hotel", _("Hotel")
    OTHER = "other", _("Other")


class Requirement(models.TextChoices):
    """What the guideline of letter 4403/CV-BCĐ says of cameras in a zone."""

    REQUIRED = "required", _("Camera required")
    OTHER = "other", _("Camera optional")
    FORBIDDEN = "forbidden", _("Camera forbidden")


class ZoneKind(models.TextChoices):
    """Kinds of zones on site (rules R1 and R2)."""

    CORRIDOR = "corridor", _("Corridor in view of isolation-room doors")
    FLOOR_LOBBY = "floor_lobby", _("Floor lobby")
    YARD = "yard", _("Yard")
    SAMPLING = "sampling", _("Sampling area")
    RECEPTION = "reception", _("Reception area")
    MEDICAL = "medical", _("Medical check area")
    HANDOVER = "handover", _("Medicine and supply hand-over area")
    OUTSIDE_BATHROOM = "outside_bathroom", _("Outside shared bathrooms and toilets")
    GATE = "gate", _("Gate")
    PUBLIC = "public", _("Other public area")
    STORE = "store", _("Store or technical room")
    ISOLATION_ROOM = "isolation_room", _("Inside an isolation room")
    TOILET = "toilet", _("Inside a toilet")
    BATHROOM = "bathroom", _("Inside a bathroom")

    @property
    def requirement(self) -> Requirement:
        """Whether a zone of this kind must have, may have, or must not have a camera."""
        if self in FORBIDDEN_ZONE_KINDS:
            return Requirement.FORBIDDEN
        return Requirement.OTHER if self is ZoneKind.STORE else Requirement.REQUIRED


FORBIDDEN_ZONE_KINDS = (ZoneKind.ISOLATION_ROOM, ZoneKind.TOILET, ZoneKind.BATHROOM)


class Permission(models.TextChoices):
    """What a grant on an organisation allows for everything below it."""

    VIEW_FIGURES = "view_figures", _("See figures and tables")
    VIEW_PICTURES = "view_pictures", _("See camera pictures")
    REGISTER_CAMERAS = "register_cameras", _("Register and edit cameras")
    REPORT_PROGRESS = "report_progress", _("Report installation progress")
    KEEP_WATCH = "keep_watch", _("Keep watch and log sightings")
    INSPECT = "inspect", _("Inspect and follow findings")
    OPERATE = "operate", _("Operate the verification of cameras")
    DIRECT = "direct", _("Direct: set deadlines, send documents and reminders")
    ADMINISTER = "administer", _("Administer people and grants")


class Role(models.TextChoices):
    """Named bundles of permissions; facilities.access.roles says what is in each."""

    LEADER = "leader", _("Leader")
    ANALYST = "analyst", _("Analyst (figures only)")
    INSPECTOR = "inspector", _("Inspector")
    FACILITY_OFFICER = "facility_officer", _("Facility officer")
    WATCH_OFFICER = "watch_officer", _("Watch officer")
    OPERATOR = "operator", _("Technical operator")
    CONTRACTOR = "contractor", _("Contractor")
    ADMINISTRATOR = "administrator", _("Administrator")
    CHIEF_ADMINISTRATOR = "chief_administrator", _("Chief administrator")


class MandateFunction(models.TextChoices):
    """In what function a body oversees facilities; facilities.access.roles says what that lets its people do."""

    LEAD = "lead", _("Lead agency")
    HEALTH = "health", _("Health supervision")
    TECHNICAL = "technical", _("Technical guidance")
    MILITARY = "military", _("Military chain")
    CONNECTION = "connection", _("Connection operator")
    CONTRACTOR = "contractor", _("Contractor")


class RecordedAction(models.TextChoices):
    """What is put on record beside the history of edits."""

    LOGGED_IN = "logged_in", _("Logged in")
    LOGIN_FAILED = "login_failed", _("Login failed")
    LOGGED_OUT = "logged_out", _("Logged out")
    SESSION_ENDED = "session_ended", _("Signed out elsewhere")
    PASSWORD_CHANGED = "password_changed", _("Password changed")
    SECOND_FACTOR_ADDED = "second_factor_added", _("Second factor added")
    SECOND_FACTOR_REMOVED = "second_factor_removed", _("Second factor removed")
    INVITED = "invited", _("Invited")
    ACCOUNT_DISABLED = "account_disabled", _("Account disabled")
    ACCOUNT_ENABLED = "account_enabled", _("Account enabled")
    ROLE_GRANTED = "role_granted", _("Role granted")
    ROLE_REVOKED = "role_revoked", _("Role revoked")
    MANDATE_GIVEN = "mandate_given", _("Mandate given")
    MANDATE_ENDED = "mandate_ended", _("Mandate ended")
    ORGANISATION_MOVED = "organisation_moved", _("Organisation moved")
    ORGANISATION_MERGED = "organisation_merged", _("Organisation merged")
    ORGANISATION_SPLIT = "organisation_split", _("Organisation split")
    PICTURES_OPENED = "pictures_opened", _("Pictures opened")
    PICTURES_CLOSED = "pictures_closed", _("Pictures closed")
    EXPORTED = "exported", _("Exported")
    IMPORTED = "imported", _("Imported")
    IMPORT_UNDONE = "import_undone", _("Import undone")
    DOCUMENT_ENTERED = "document_entered", _("Document entered")
    DOCUMENT_DISTRIBUTED = "document_distributed", _("Document distributed")
    DOCUMENT_ACKNOWLEDGED = "document_acknowledged", _("Document acknowledged")
    FILE_OPENED = "file_opened", _("File opened")
    DEADLINE_SET = "deadline_set", _("Deadline set")
    REMINDED = "reminded", _("Reminded")
    REMINDER_SEEN = "reminder_seen", _("Reminder seen")
    PROGRESS_REPORTED = "progress_reported", _("Progress reported")
    REPORT_WITHDRAWN = "report_withdrawn", _("Report withdrawn")
    CONNECTION_REPORTED = "connection_reported", _("Connection reported")
    RULE_CHANGED = "rule_changed", _("Rule changed")
    FIGURES_PUBLISHED = "figures_published", _("Figures published")
    FIGURES_AMENDED = "figures_amended", _("Figures amended")


class ImportMode(models.TextChoices):
    """What is taken in of a spreadsheet in which rows are wrong."""

    ALL = "all", _("All rows or none")
    GOOD = "good", _("Only the rows without errors")


class ImportState(models.TextChoices):
    """How far a spreadsheet has come."""

    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Checked, nothing taken in yet")
    FAILED = "failed", _("Could not be read")
    IMPORTING = "importing", _("Being taken in")
    DONE = "done", _("Taken in")
    UNDOING = "undoing", _("Being taken back")
    UNDONE = "undone", _("Taken back")

    @property
    def working(self) -> bool:
        """Whether a worker has it in hand, or is to."""
        return self in (ImportState.CHECKING, ImportState.IMPORTING, ImportState.UNDOING)


class RowFate(models.TextChoices):
    """What becomes of a row."""

    NEW = "new", _("New")
    UNCHANGED = "unchanged", _("Already there, unchanged")
    WRONG = "wrong", _("Has errors")


class Urgency(models.TextChoices):
    """How fast a document must travel (NĐ 30/2020)."""

    NORMAL = "", _("Normal")
    URGENT = "urgent", _("Urgent")
    VERY_URGENT = "very_urgent", _("Very urgent")
    EXPRESS = "express", _("Express")


class Direction(models.TextChoices):
    """Whether a document came from elsewhere, or is issued here. Intake is tolerant, issuing is strict."""

    INCOMING = "incoming", _("Received")
    ISSUED = "issued", _("Issued")


class Bound(models.TextChoices):
    """How a document words a deadline: "before 12/6/2021" leaves 11/6 as the last good day, "by 12/6" leaves 12/6."""

    BEFORE = "before", _("Before this day")
    BY = "by", _("By this day, the day included")


class Stage(models.TextChoices):
    """How far the rollout at a facility is. In this order; each is reached by a dated report."""

    NOT_SURVEYED = "not_surveyed", _("Not surveyed")
    SURVEYED = "surveyed", _("Surveyed")
    ESTIMATED = "estimated", _("Cost estimated")
    APPROVED = "approved", _("Approved")
    PROCURING = "procuring", _("Being procured")
    INSTALLING = "installing", _("Being installed")
    ACCEPTED = "accepted", _("Accepted")
    CONNECTED = "connected", _("Connected")
    WATCHING = "watching", _("Watched 24/7")

    @property
    def order(self) -> int:
        """0 for what has not begun, up to 8."""
        return list(Stage).index(self)


class ReportKind(models.TextChoices):
    """What a report about the rollout says."""

    STEP = "step", _("A step was reached")
    BLOCKED = "blocked", _("Blocked")
    UNBLOCKED = "unblocked", _("No longer blocked")
    PAUSED = "paused", _("Paused")
    RESUMED = "resumed", _("Resumed")
    CLOSED = "closed", _("Closed")
    REOPENED = "reopened", _("Reopened")
    # Rule R4 asks whether cameras were connected before.
    RECEIVING = "receiving", _("Began to receive people")
    # Rule R11: that cameras are in use is announced on site.
    NOTICE = "notice", _("Notice of cameras posted")
    WITHDRAWAL = "withdrawal", _("An earlier report withdrawn")


class BlockReason(models.TextChoices):
    """Why a facility is not connected, as provinces reported it in 2021."""

    OUTDATED_CAMERAS = "outdated_cameras", _("Outdated cameras")
    SECURITY_SETTINGS = "security_settings", _("Security settings")
    NO_COOPERATION = "no_cooperation", _("No cooperation")
    NEW_PURCHASE = "new_purchase", _("Needs a new purchase")
    REPAIR = "repair", _("Needs repair")
    EXTRA_CAMERAS = "extra_cameras", _("Needs extra cameras")
    NO_LINE = "no_line", _("No internet line")
    NO_FUNDS = "no_funds", _("No funds")
    OTHER = "other", _("Other reason")


class Sink(models.TextChoices):
    """Where a facility's streams must arrive (rule R3)."""

    CENTRAL = "central", _("Central system of the Ministry of Information and Communications")
    HEALTH = "health", _("Department of Health")
    IOC = "ioc", _("Intelligent Operations Centre (IOC)")


class SinkSays(models.TextChoices):
    """What is said of a connection: by the facility, or by whoever runs the sink."""

    CLAIMED = "claimed", _("Claimed: connected")
    LOST = "lost", _("Claimed: no longer connected")
    CONFIRMED = "confirmed", _("Confirmed by the sink")
    DENIED = "denied", _("Denied by the sink")


class Payer(models.TextChoices):
    """Who pays for cameras and line."""

    PROVINCE = "province", _("Provincial budget")
    DISTRICT = "district", _("District budget")
    ARMY = "army", _("Army budget")
    FACILITY = "facility", _("The facility itself")
    CONTRACTOR = "contractor", _("Telecom contractor, as support")
    OTHER = "other", _("Other source")
