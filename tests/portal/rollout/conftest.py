"""A facility on its way, and what its pages are sent."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cameras.enums import State
from cameras.models import CameraState
from facilities.domain.rollout import Account, report_step
from facilities.enums import Stage
from facilities.models import Facility
from tests.world import World

ON = date(2021, 6, 11)


@pytest.fixture
def school(world: World) -> Facility:
    return world.facilities["tam_ky_school"]


@pytest.fixture
def officer(login: Callable[[str], Client]) -> Client:
    return login("tam_ky_officer")


@pytest.fixture
def up_to(world: World, school: Facility) -> Callable[[Stage], None]:
    """Reports all steps up to this one, as somebody else."""

    def report(last: Stage) -> None:
        for stage in list(Stage)[1 : last.order + 1]:
            report_step(
                facility=school,
                stage=stage,
                account=Account(on=ON),
                actor=world.people["contractor"],
                now=timezone.now(),
            )

    return report


@pytest.fixture
def delivering(world: World) -> None:
    """The school's camera delivers a picture now."""
    CameraState.objects.filter(camera=world.cameras["tam_ky_school"]).update(
        state=State.OK, reason="", pictured_at=timezone.now(), codec="h264", width=1280, height=720
    )


def address(route: str, facility: Facility) -> str:
    return reverse(route, args=[facility.pk])


def typed(**more: Any) -> dict[str, Any]:
    """What every form of a report sends."""
    return {"on": "2021-06-11", "note": "Theo biên bản số 07", **more}


def survey_of(facility: Facility, **more: Any) -> dict[str, Any]:
    """The zones on record, each in need of a camera, and a yard beside them."""
    zones = list(facility.zones.order_by("name"))
    sent: dict[str, Any] = {"zones-rows": str(len(zones) + 2)}
    for number, zone in enumerate(zones):
        needed = 0 if zone.requirement == "forbidden" else 1
        sent |= {
            f"zones-{number}-zone": str(zone.pk),
            f"zones-{number}-kind": zone.kind,
            f"zones-{number}-name": zone.name,
            f"zones-{number}-existing": "0",
            f"zones-{number}-usable": "0",
            f"zones-{number}-needed": str(needed),
        }
    last = len(zones)
    sent |= {f"zones-{last}-kind": "yard", f"zones-{last}-name": "Sân trước", f"zones-{last}-needed": "2"}
    return typed(**{**sent, **more})


def estimate_of(total: str = "11.700.000", **more: Any) -> dict[str, Any]:
    """Two lines of 11.700.000 đồng together, and an empty one."""
    lines = {
        "lines-rows": "3",
        "lines-0-item": "Camera",
        "lines-0-unit": "cái",
        "lines-0-quantity": "5",
        "lines-0-unit_price": "1.500.000",
        "lines-1-item": "Ti vi 32 inch",
        "lines-1-quantity": "1",
        "lines-1-unit_price": "4200000",
    }
    return typed(payer="district", total=total, template="hau_giang_5", **{**lines, **more})
