from base64 import b64encode

import pytest

from cameras.simulator.authentication import Scheme, challenge, permitted
from tests.cameras.simulator.client import md5

RIGHT = "đúng:mật khẩu"


def judged(authorization: str | None, scheme: Scheme) -> bool:
    return permitted(authorization, scheme=scheme, method="DESCRIBE", nonce="abc", username="viewer", password=RIGHT)


def digest(password: str = RIGHT, *, nonce: str = "abc", qop: str = "") -> str:
    middle = ":00000001:xyz:auth" if qop else ""
    response = md5(f"{md5(f'viewer:IP Camera:{password}')}:{nonce}{middle}:{md5('DESCRIBE:rtsp://127.77.0.1/main')}")
    more = ', qop=auth, nc=00000001, cnonce="xyz"' if qop else ""
    return (
        f'Digest username="viewer", realm="IP Camera", nonce="{nonce}", uri="rtsp://127.77.0.1/main", '
        f'response="{response}"{more}'
    )


def test_the_right_password_opens() -> None:
    assert judged(digest(), Scheme.DIGEST)
    assert judged(digest(qop="auth"), Scheme.DIGEST)
    assert judged("Basic " + b64encode("viewer:đúng:mật khẩu".encode()).decode(), Scheme.BASIC)
    assert judged(None, Scheme.NONE)


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Digest",
        "Digest username",
        digest("sai"),
        digest(nonce="old"),
        "Basic " + b64encode(b"viewer:sai").decode(),
    ],
)
def test_anything_else_does_not(authorization: str | None) -> None:
    assert not judged(authorization, Scheme.DIGEST)
    assert not judged(authorization, Scheme.BASIC)


def test_each_scheme_takes_only_its_own_proof() -> None:
    assert not judged(digest(), Scheme.BASIC)
    assert not judged("Basic " + b64encode("viewer:đúng:mật khẩu".encode()).decode(), Scheme.DIGEST)
    assert challenge(Scheme.BASIC, "abc") == 'Basic realm="IP Camera"'
