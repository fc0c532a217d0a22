"""Who may do what, written down by hand: what the portal is measured against, without a line of its own rule."""

from dataclasses import dataclass

FIGURES, PICTURES, REGISTER = "figures", "pictures", "register"

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

LEADER = {FIGURES, PICTURES}
ANALYST = {FIGURES}
INSPECTOR = {FIGURES, PICTURES}
OFFICER = {FIGURES, PICTURES, REGISTER}
OPERATOR = {FIGURES, PICTURES, REGISTER}
ADMINISTRATOR = {FIGURES}


@dataclass(frozen=True)
class Persona:
    """Somebody before the portal: whether their session counts, and what they may do from which node downwards."""

    logged_in: bool = True
    grants: tuple[tuple[str, frozenset[str]], ...] = ()

    def reaches(self, node: str, permission: str) -> bool:
        """Whether one of the grants lies on the node or above it, and allows that."""
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


def _with(*grants: tuple[str, set[str]]) -> Persona:
    return Persona(grants=tuple((node, frozenset(allowed)) for node, allowed in grants))


PERSONAS = {
    "anonymous": Persona(logged_in=False),
    "disabled": Persona(logged_in=False),
    "nobody": _with(),
    "superuser": _with(),
    "national_leader": _with(("national", LEADER)),
    "qn_leader": _with(("qn", LEADER)),
    "dn_leader": _with(("dn", LEADER)),
    "qn_analyst": _with(("qn", ANALYST)),
    "qn_inspector": _with(("tam_ky", INSPECTOR), ("hoi_an", INSPECTOR)),
    "qn_operator": _with(("qn", OPERATOR)),
    "qn_army_leader": _with(("qn_command", LEADER)),
    "tam_ky_officer": _with(("tam_ky_school", OFFICER)),
    "hoi_an_officer": _with(("hoi_an_hotel", OFFICER)),
    # Three permissions that end at three different places: mixing two of them up shows.
    "patchwork": _with(("national", ADMINISTRATOR), ("qn", INSPECTOR), ("hoi_an_hotel", OFFICER)),
}
