"""Pages of cameras: what their forms send, and what is read of the answers."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from cameras.models import Camera
from facilities.enums import ZoneKind
from tests.world import World

CANARY = "Chim-hoang-yen-7391"

Login = Callable[[str], Client]

# Each is wrong in its way, and each holds the password.
PASTED = [
    f"rtsp://admin:{CANARY}@192.168.1.1/main",
    f"rtsp://admin:{CANARY}@x y/main",
    f"admin:{CANARY}@10.1.2.9/main",
    f"rtsp://admin:{CANARY}/x@10.1.2.9/main",
    f"rtsp://admin:12/{CANARY}@10.1.2.9/main",
    f"rtsp://admin:{CANARY}%zz@10.1.2.9/main",
    f"rtsp://admin:{CANARY}%0d@10.1.2.9/main",
    f"rtsp://admin:{CANARY}\\@10.1.2.9/main",
]

PAGES = ["camera", "camera_standing", "camera_edit", "camera_delete"]


def entered(world: World, kind: ZoneKind = ZoneKind.GATE, **changed: Any) -> dict[str, Any]:
    """What the form sends."""
    zone = world.facilities["tam_ky_school"].zones.get(kind=kind)
    return {
        "zone": zone.pk,
        "name": "Cổng chính",
        "address": "rtsp://10.1.2.9/main",
        "username": "admin",
        "password": CANARY,
        "sub_address": "",
        "interval": 60,
        "seen": "",
        **changed,
    }


def registration(world: World, facility: str = "tam_ky_school") -> str:
    return reverse("camera_new", args=[world.facilities[facility].pk])


def register(client: Client, world: World, **changed: Any) -> Camera:
    answer = client.post(registration(world), entered(world, **changed))
    assert answer.status_code == 302, answer.content.decode()
    return Camera.objects.latest("pk")


def edited(camera: Camera, client: Client, **changed: Any) -> dict[str, Any]:
    """What the edit page sends back unless something is changed in it."""
    form = client.get(reverse("camera_edit", args=[camera.pk])).context["form"]
    values = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    return values | {"password": ""} | changed


def text(answer: HttpResponseBase) -> str:
    return b"".join(answer).decode()
