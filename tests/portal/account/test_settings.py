"""What the environment says about logging in and mails, and what production makes of it."""

import json
import os
import subprocess
import sys

import pytest
from environs import Env

from portal.environment import BASE_DIR, BadValueError, InsecureDefaultError, read_mail

PRODUCTION = {
    "PORTAL_MODE": "production",
    "SECRET_KEY": "x" * 60,
    "ALLOWED_HOSTS": "tramgac.example",
    "STREAM_KEYS": "k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "DATABASE_URL": "postgresql://nobody@127.0.0.1/none",
    "REDIS_URL": "redis://127.0.0.1:1",
    "EMAIL_URL": "smtps://portal:p%40ss@mail.example",
}
NAMES = (
    *("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "DEVICE_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"),
    *("SECOND_FACTOR_REQUIRED", "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN", "EMAIL_HOST", "EMAIL_PORT", "EMAIL_USE_SSL"),
    "ALLAUTH_TRUSTED_PROXY_COUNT",
)


def in_production(**changed: str) -> subprocess.CompletedProcess[str]:
    """The settings that a process in production has."""
    program = (
        "import json; from portal import settings; "
        f"print(json.dumps({{name: getattr(settings, name) for name in {NAMES!r}}}))"
    )
    environment = {
        **{key: os.environ[key] for key in ("PATH", "VAR_DIR") if key in os.environ},
        **PRODUCTION,
        **changed,
    }
    command = [sys.executable, "-c", program]
    return subprocess.run(command, env=environment, cwd=BASE_DIR, check=False, capture_output=True, text=True)


def test_production_binds_cookies_to_its_host_and_asks_for_a_second_factor() -> None:
    assert json.loads(in_production().stdout) == {
        "SESSION_COOKIE_NAME": "__Host-sessionid",
        "CSRF_COOKIE_NAME": "__Host-csrftoken",
        "DEVICE_COOKIE_NAME": "__Host-device",
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SECOND_FACTOR_REQUIRED": True,
        "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": False,
        "EMAIL_HOST": "mail.example",
        "EMAIL_PORT": 465,
        "EMAIL_USE_SSL": True,
        "ALLAUTH_TRUSTED_PROXY_COUNT": 0,
    }


def test_production_does_not_start_where_nobody_can_be_invited() -> None:
    refused = in_production(EMAIL_URL="")
    assert refused.returncode != 0
    assert "EMAIL_URL is not set" in refused.stderr


@pytest.mark.parametrize(
    ("proxies", "believed"), [({}, 0), ({"BEHIND_TLS_PROXY": "1"}, 1), ({"TRUSTED_PROXIES": "2"}, 2)]
)
def test_whoever_stands_behind_a_proxy_is_not_counted_as_everybody(proxies: dict[str, str], believed: int) -> None:
    assert json.loads(in_production(**proxies).stdout)["ALLAUTH_TRUSTED_PROXY_COUNT"] == believed


def test_mails_go_to_a_server_as_the_address_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMAIL_URL", "smtp+starttls://portal%40qn:m%E1%BA%ADt@mail.example:2587")
    assert read_mail(Env(), production=True) == {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "mail.example",
        "EMAIL_PORT": 2587,
        "EMAIL_HOST_USER": "portal@qn",
        "EMAIL_HOST_PASSWORD": "mật",
        "EMAIL_USE_SSL": False,
        "EMAIL_USE_TLS": True,
    }


@pytest.mark.parametrize("bad", ["mail.example", "http://mail.example", "smtp://", "smtp:/mail.example"])
def test_an_address_that_means_nothing_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, bad: str) -> None:
    monkeypatch.setenv("EMAIL_URL", bad)
    with pytest.raises(BadValueError, match="EMAIL_URL"):
        read_mail(Env(), production=True)


def test_a_developers_mails_lie_in_a_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EMAIL_URL", raising=False)
    assert read_mail(Env(), production=False)["EMAIL_FILE_PATH"].endswith("/mail")
    with pytest.raises(InsecureDefaultError, match="EMAIL_URL"):
        read_mail(Env(), production=True)
