"""What is in each role. Seeing figures and seeing pictures are apart: an analyst reads tables without pictures."""

from facilities.enums import Permission as P
from facilities.enums import Role

BUNDLES: dict[Role, frozenset[P]] = {
    Role.LEADER: frozenset({P.VIEW_FIGURES, P.VIEW_PICTURES}),
    Role.ANALYST: frozenset({P.VIEW_FIGURES}),
    Role.INSPECTOR: frozenset({P.VIEW_FIGURES, P.VIEW_PICTURES, P.INSPECT}),
    Role.FACILITY_OFFICER: frozenset(
        {P.VIEW_FIGURES, P.VIEW_PICTURES, P.REGISTER_CAMERAS, P.REPORT_PROGRESS, P.KEEP_WATCH}
    ),
    Role.WATCH_OFFICER: frozenset({P.VIEW_FIGURES, P.VIEW_PICTURES, P.KEEP_WATCH}),
    Role.OPERATOR: frozenset({P.VIEW_FIGURES, P.VIEW_PICTURES, P.REGISTER_CAMERAS, P.OPERATE}),
    Role.ADMINISTRATOR: frozenset({P.VIEW_FIGURES, P.ADMINISTER}),
}
