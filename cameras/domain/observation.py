"""What one look at a camera brought."""

from dataclasses import dataclass
from datetime import datetime

from cameras.domain.verdict import Verdict
from cameras.pictures.picture import Picture


@dataclass(frozen=True, slots=True)
class Observation:
    """The verdict on one camera under one claim. `at`: when the picture was whole, or the failure certain."""

    camera: int
    claim: int
    at: datetime
    verdict: Verdict
    picture: Picture | None = None
    seconds: float | None = None
