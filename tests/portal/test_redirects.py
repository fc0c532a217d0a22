"""Where a form leads that a page's script sends."""

from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from tests.world import World

Login = Callable[[str], Client]


def test_a_script_is_told_where_to_go_and_a_browser_is_sent_there(world: World, login: Login) -> None:
    address = reverse("facility_cameras", args=[world.facilities["tam_ky_school"].pk])
    told = login("anonymous").post(address, headers={"X-Draft": "1"})
    assert told.status_code == 200
    assert told["X-Draft-Location"].startswith("/login/")
    assert "Location" not in told
    sent = login("anonymous").post(address)
    assert sent.status_code == 302
    assert "X-Draft-Location" not in sent
