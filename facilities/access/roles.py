"""What is in each role, and what of it a mandate carries. Seeing figures and seeing pictures are apart."""

from facilities.enums import MandateFunction, Permission, Role

BUNDLES: dict[Role, frozenset[Permission]] = {
    Role.LEADER: frozenset({Permission.VIEW_FIGURES, Permission.VIEW_PICTURES, Permission.DIRECT}),
    Role.ANALYST: frozenset({Permission.VIEW_FIGURES}),
    # Departments of health urge and remind (đôn đốc, nhắc nhở) besides inspecting.
    Role.INSPECTOR: frozenset(
        {Permission.VIEW_FIGURES, Permission.VIEW_PICTURES, Permission.INSPECT, Permission.DIRECT}
    ),
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
    # Works on the sites given to them, for the time given, and sees no people.
    Role.CONTRACTOR: frozenset({Permission.VIEW_FIGURES, Permission.REGISTER_CAMERAS, Permission.REPORT_PROGRESS}),
    Role.ADMINISTRATOR: frozenset({Permission.VIEW_FIGURES, Permission.ADMINISTER}),
    # Nobody grants beyond what they hold, so whoever appoints officers of all kinds holds all permissions.
    Role.CHIEF_ADMINISTRATOR: frozenset(Permission),
}

# What of a person's role passes along a mandate of the body where they hold it. Administering never does: who may see a
# facility is decided in its own line. Neither does the watch, which is the facility's own.
CARRIED: dict[MandateFunction, frozenset[Permission]] = {
    MandateFunction.LEAD: frozenset(Permission) - {Permission.ADMINISTER, Permission.KEEP_WATCH},
    MandateFunction.HEALTH: frozenset(
        {Permission.VIEW_FIGURES, Permission.VIEW_PICTURES, Permission.INSPECT, Permission.DIRECT}
    ),
    MandateFunction.TECHNICAL: frozenset(
        {Permission.VIEW_FIGURES, Permission.VIEW_PICTURES, Permission.REGISTER_CAMERAS, Permission.OPERATE}
    ),
    MandateFunction.MILITARY: frozenset(
        {
            Permission.VIEW_FIGURES,
            Permission.VIEW_PICTURES,
            Permission.INSPECT,
            Permission.REPORT_PROGRESS,
            Permission.DIRECT,
        }
    ),
    MandateFunction.CONNECTION: frozenset({Permission.VIEW_FIGURES, Permission.OPERATE}),
    MandateFunction.CONTRACTOR: BUNDLES[Role.CONTRACTOR],
}
