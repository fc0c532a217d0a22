"""How many cameras of which state stand at and below a node: what the wall offers to choose from."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Case, CharField, Count, F, QuerySet, Value, When
from django.db.models.functions import Coalesce

from cameras.enums import State
from cameras.models import Camera
from facilities.enums import FORBIDDEN_ZONE_KINDS

# Cameras where none may be are a group of their own, whatever they deliver.
FORBIDDEN = "forbidden"
# Trouble first: what is broken, what must not be, what is worthless, what nobody has seen; then what is well.
ORDER = (State.DOWN.value, FORBIDDEN, State.IMPAIRED.value, State.UNKNOWN.value, State.OK.value)

STANDING = Case(
    When(zone__kind__in=FORBIDDEN_ZONE_KINDS, then=Value(FORBIDDEN)),
    default=Coalesce(F("state__state"), Value(State.UNKNOWN.value)),
    output_field=CharField(),
)
TROUBLE = Case(*(When(standing=standing, then=Value(rank)) for rank, standing in enumerate(ORDER)))


@dataclass(frozen=True, slots=True)
class Place:
    """A facility on the wall: its place in the tree, and its cameras by standing."""

    facility: int
    path: str
    name: str
    cameras: Counter[str]


def census(cameras: QuerySet[Camera]) -> list[Place]:
    """The facilities that have some of the cameras, with their counts; one query."""
    rows = (
        cameras.order_by()
        .annotate(standing=STANDING)
        .values_list(
            "zone__facility_id", "zone__facility__organisation__path", "zone__facility__organisation__name", "standing"
        )
        .annotate(cameras=Count("pk"))
    )
    places: dict[int, Place] = {}
    for facility, path, name, standing, count in rows:
        places.setdefault(facility, Place(facility, path, name, Counter())).cameras[standing] = count
    return list(places.values())


def together(places: Iterable[Place]) -> Counter[str]:
    """Their cameras by standing, summed."""
    return sum((place.cameras for place in places), Counter[str]())
