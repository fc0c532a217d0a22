"""Logging in through the pages, as a browser does it."""

import re
import time
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.test import Client

from tests.world import PASSWORD


def send(client: Client, name: str, password: str = PASSWORD, *, address: str = "10.9.0.1", **more: str) -> Any:  # noqa: ANN401 - the test client's answer
    """The answer to the form, sent from a network address."""
    sent = {"login": name, "password": password, **more}
    return client.post("/login/", sent, REMOTE_ADDR=address)


def logged_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def code(secret: str, step: int = 0) -> str:
    """What the app shows now; each code works once, the one before (-1) and after (1) are still, and already, taken."""
    shown: str = format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))
    return shown


def set_up_app(client: Client) -> str:
    """Set up an app as the page says; its secret."""
    secret: str = client.get("/account/app/").context["form"].secret
    assert client.post("/account/app/", {"code": code(secret)}).headers["Location"] == "/account/recovery-codes/"
    return secret


def link_in_mail() -> str:
    """The path of the link in the newest mail."""
    (found,) = re.findall(r"https?://[^/\s]+(/\S+)", str(mail.outbox[-1].body))
    return str(found)
