"""What is in each role. Seeing figures and seeing pictures are apart: an analyst reads tables without pictures."""

from facilities.enums import Permission, Role

BUNDLES: dict[Role, frozenset[Permission]] = {
    Role.LEADER: frozenset({Permission.VIEW_FIGURES, Permission.VIEW_PICTURES}),
    Role.ANALYST: frozenset({Permission.VIEW_FIGURES}),
    Role.INSPECTOR: frozenset({Permission.VIEW_FIGURES, Permission.VIEW_PICTURES, Permission.INSPECT}),
    Role.FACILITY_OFFICER: frozenset(
        {
            Permission.VIEW_FIGURES,
            Permission.VIEW_PICTURES,
            Permission.REGISTER_CAMERAS,
            Permission.REPORT_PROGRESS,
            Permission.KEEP_WATCH,
        }
    ),
    Role.WATCH_OFFICER: frozenset({Permission.VIEW_FIGURES, Permission.VIEW_PICTURES, Permission.KEEP_WATCH}),
    Role.OPERATOR: frozenset(
        {Permission.VIEW_FIGURES, Permission.VIEW_PICTURES, Permission.REGISTER_CAMERAS, Permission.OPERATE}
    ),
    Role.ADMINISTRATOR: frozenset({Permission.VIEW_FIGURES, Permission.ADMINISTER}),
}
