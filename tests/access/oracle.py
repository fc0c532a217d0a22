"""Who may do what, written down by hand: what the portal is measured against, without a line of its own rule."""

from dataclasses import dataclass, replace

FIGURES, PICTURES, REGISTER, REPORT = "figures", "pictures", "register", "report"
WATCH, INSPECT, OPERATE, DIRECT, ADMINISTER = "watch", "inspect", "operate", "direct", "administer"

# The tree of tests/world.py: each node and the one above it.
ABOVE = {
    "national": None,
    "qn": "national",
    "qn_health": "qn",
    "qn_command": "qn",
    "qn_barracks": "qn_command",
    "tam_ky": "qn",
    "tam_ky_school": "tam_ky",
    "hoi_an": "qn",
    "hoi_an_hotel": "hoi_an",
    "dn": "national",
    "dn_health": "dn",
    "dn_command": "dn",
    "hai_chau": "dn",
    "da_nang_dormitory": "hai_chau",
}
# The district and province in which each facility lies, whoever runs it.
LIES_IN = {
    "tam_ky_school": ("tam_ky", "qn"),
    "hoi_an_hotel": ("hoi_an", "qn"),
    "qn_barracks": ("tam_ky", "qn"),
    "da_nang_dormitory": ("hai_chau", "dn"),
}
FACILITIES = tuple(LIES_IN)
# Which facilities each body oversees across the tree, and what of its people's permissions passes along. A department
# of health has the civil facilities and hotels of its province, not the barracks. The command of the one province
# looks after the line of a hotel in the other: it sees figures there, and no picture.
OVERSEES = {
    "qn_health": ({"tam_ky_school", "hoi_an_hotel"}, {FIGURES, PICTURES, INSPECT, DIRECT}),
    "dn_health": ({"da_nang_dormitory"}, {FIGURES, PICTURES, INSPECT, DIRECT}),
    "dn_command": ({"hoi_an_hotel"}, {FIGURES, OPERATE}),
}

LEADER = {FIGURES, PICTURES, DIRECT}
ANALYST = {FIGURES}
INSPECTOR = {FIGURES, PICTURES, INSPECT, DIRECT}
OFFICER = {FIGURES, PICTURES, REGISTER, REPORT, WATCH}
OPERATOR = {FIGURES, PICTURES, REGISTER, OPERATE}
CONTRACTOR = {FIGURES, REGISTER, REPORT}
ADMINISTRATOR = {FIGURES, ADMINISTER}
CHIEF = {FIGURES, PICTURES, REGISTER, REPORT, WATCH, INSPECT, OPERATE, DIRECT, ADMINISTER}


@dataclass(frozen=True)
class Persona:
    """Somebody before the portal: whether their session counts, and what they may do from which node downwards."""

    name: str = ""
    logged_in: bool = True
    grants: tuple[tuple[str, frozenset[str]], ...] = ()
    # Whether this session was begun with a code or a passkey. Who sees pictures or administers needs one for all but
    # the pages of their own account.
    second_factor: bool = True

    @property
    def held_up(self) -> bool:
        """Whether a second factor is asked of this person that the session has not."""
        asked = any({PICTURES, ADMINISTER} & allowed for _, allowed in self.grants)
        return self.logged_in and asked and not self.second_factor

    def reaches(self, node: str, permission: str) -> bool:
        """Whether a grant on the node or above it allows that, or one that a body overseeing the node passes on."""
        if self._granted(node, permission):
            return True
        return any(
            node in overseen and permission in passed and self._granted(body, permission)
            for body, (overseen, passed) in OVERSEES.items()
        )

    def _granted(self, node: str, permission: str) -> bool:
        line = []
        step: str | None = node
        while step is not None:
            line.append(step)
            step = ABOVE[step]
        return any(granted in line and permission in allowed for granted, allowed in self.grants)

    def facilities(self, permission: str) -> set[str]:
        """The facilities where they may do that."""
        return {facility for facility in FACILITIES if self.reaches(facility, permission)}

    def counts_in(self, unit: str) -> bool:
        """Whether some facility in the district or province is one whose figures they may see."""
        return any(unit in LIES_IN[facility] for facility in self.facilities(FIGURES))

    def somewhere(self, permission: str) -> bool:
        """Whether they may do that at any node."""
        return any(permission in allowed for _, allowed in self.grants)

    def knows(self, person: str) -> bool:
        """Whether they administer a node where the other has, or had, a role; nobody else reads of other people."""
        return any(self._granted(node, ADMINISTER) for node in ROLES_OF[person])


def _with(*grants: tuple[str, set[str]], second_factor: bool = True) -> Persona:
    return Persona(grants=tuple((node, frozenset(allowed)) for node, allowed in grants), second_factor=second_factor)


_PERSONAS = {
    "anonymous": Persona(logged_in=False),
    "disabled": Persona(logged_in=False),
    "nobody": _with(),
    "superuser": _with(),
    "expired": _with(),
    "national_leader": _with(("national", LEADER)),
    "qn_leader": _with(("qn", LEADER)),
    "dn_leader": _with(("dn", LEADER)),
    "qn_analyst": _with(("qn", ANALYST)),
    "qn_inspector": _with(("tam_ky", INSPECTOR), ("hoi_an", INSPECTOR)),
    "qn_operator": _with(("qn", OPERATOR)),
    "qn_army_leader": _with(("qn_command", LEADER)),
    "qn_health_inspector": _with(("qn_health", INSPECTOR)),
    "dn_health_inspector": _with(("dn_health", INSPECTOR)),
    "dn_line_operator": _with(("dn_command", OPERATOR)),
    "qn_administrator": _with(("qn", ADMINISTRATOR)),
    "qn_chief": _with(("qn", CHIEF)),
    "tam_ky_officer": _with(("tam_ky_school", OFFICER)),
    "hoi_an_officer": _with(("hoi_an_hotel", OFFICER)),
    "contractor": _with(("tam_ky_school", CONTRACTOR)),
    # Three permissions that end at three different places: mixing two of them up shows.
    "patchwork": _with(("national", ADMINISTRATOR), ("qn", INSPECTOR), ("hoi_an_hotel", OFFICER)),
    "without_second_factor": _with(("qn", CHIEF), second_factor=False),
    "password_analyst": _with(("qn", ANALYST), second_factor=False),
}
PERSONAS = {name: replace(who, name=name) for name, who in _PERSONAS.items()}
# Where each person has a role, or had one: those who administer there may read of them.
ROLES_OF = {name: tuple(node for node, _ in who.grants) for name, who in PERSONAS.items() if name != "anonymous"} | {
    "disabled": ("national",),
    "expired": ("qn",),
    "dn_officer": ("da_nang_dormitory",),
}
