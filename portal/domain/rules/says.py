"""Everything that rules give as evidence, each a sentence; portal.tables.rule_words has its words. Pure."""

from enum import StrEnum


class Says(StrEnum):
    """What a piece of evidence says."""

    CLOSED = "closed"

    NO_ZONES = "no_zones"
    KIND_DELIVERS = "kind_delivers"
    KIND_UNOBSERVED = "kind_unobserved"
    KIND_WITHOUT_PICTURE = "kind_without_picture"
    KIND_WITHOUT_CAMERA = "kind_without_camera"
    NO_CAMERAS = "no_cameras"
    CAMERA_FORBIDDEN = "camera_forbidden"
    NONE_FORBIDDEN = "none_forbidden"

    SINK_CONFIRMED = "sink_confirmed"
    SINK_CLAIMED = "sink_claimed"
    SINK_DENIED = "sink_denied"
    SINK_NOT_CLAIMED = "sink_not_claimed"
    RECEIVING_SINCE = "receiving_since"
    NOT_RECEIVING = "not_receiving"
    OPEN_BEFORE = "open_before"
    CONNECTED_ON = "connected_on"
    NOT_CONNECTED = "not_connected"
    NO_DEADLINE = "no_deadline"
    DEADLINE = "deadline"
    NOT_DUE_YET = "not_due_yet"
    LATE = "late"

    INSPECTIONS_NOT_KEPT = "inspections_not_kept"
    NEVER_INSPECTED = "never_inspected"
    INSPECTED_ON = "inspected_on"
    FINDINGS_NOT_KEPT = "findings_not_kept"
    FINDINGS_OVERDUE = "findings_overdue"
    NONE_OVERDUE = "none_overdue"

    CONTACT = "contact"
    NO_CONTACT = "no_contact"
    CONTACT_LACKS = "contact_lacks"
    ROSTER_NOT_KEPT = "roster_not_kept"
    ROSTER_GAPS = "roster_gaps"
    NO_ROSTER_GAPS = "no_roster_gaps"

    NOTHING_MEASURED = "nothing_measured"
    UPTIME = "uptime"
    NOT_OBSERVED_FOR = "not_observed_for"
    OBSERVED_TOO_LITTLE = "observed_too_little"
    WORST_DAY = "worst_day"

    CAMERA_CONFORMS = "camera_conforms"
    CAMERA_NOT_MEASURED = "camera_not_measured"
    PART_NOT_MEASURED = "part_not_measured"
    PICTURE_SMALL = "picture_small"
    RATE_LOW = "rate_low"
    CODEC_OTHER = "codec_other"
    CLOCK_OFF = "clock_off"
    PICTURE_BLACK = "picture_black"
    PICTURE_FLAT = "picture_flat"

    NOTICE_POSTED = "notice_posted"
    NO_NOTICE = "no_notice"
