"""All names of channel groups, and the messages that are sent to them."""

from typing import TypedDict


class CamerasObserved(TypedDict):
    """To a facility's group: these cameras of it have been looked at; their tiles are in the store."""

    type: str  # "cameras.observed": calls cameras_observed() of the consumers
    cameras: list[int]


def facility_group(facility_id: int) -> str:
    """The group that hears of every camera of one facility."""
    return f"facility.{facility_id}"


def cameras_observed(cameras: list[int]) -> CamerasObserved:
    """The message that their tiles are new. It carries ids, not pictures: whoever wants them reads the store."""
    return {"type": "cameras.observed", "cameras": cameras}
