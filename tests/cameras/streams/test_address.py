from ipaddress import ip_address, ip_network
from urllib.parse import quote

import pytest

from cameras.streams.address import (
    METADATA,
    AddressError,
    Credentials,
    NetworkPolicy,
    StreamAddress,
    split_credentials,
)

EVERYTHING = (ip_network("0.0.0.0/0"), ip_network("::/0"))


@pytest.mark.parametrize(
    ("text", "parts", "url"),
    [
        ("rtsp://cam", ("rtsp", "cam", 554, "/"), "rtsp://cam/"),
        ("RTSP://Cam.Example:554/Live", ("rtsp", "cam.example", 554, "/Live"), "rtsp://cam.example/Live"),
        (
            "rtsp://10.0.0.1:8554/a?b=c&d=/e",
            ("rtsp", "10.0.0.1", 8554, "/a?b=c&d=/e"),
            "rtsp://10.0.0.1:8554/a?b=c&d=/e",
        ),
        ("http://cam?x=1", ("http", "cam", 80, "/?x=1"), "http://cam/?x=1"),
        ("https://[2001:DB8:0::1]/s", ("https", "2001:db8::1", 443, "/s"), "https://[2001:db8::1]/s"),
        ("rtsp://[::1]:8554/", ("rtsp", "::1", 8554, "/"), "rtsp://[::1]:8554/"),
        ("rtsp://xn--trm-gc-6ya/%20x", ("rtsp", "xn--trm-gc-6ya", 554, "/%20x"), "rtsp://xn--trm-gc-6ya/%20x"),
    ],
)
def test_an_address_is_read_into_its_parts(text: str, parts: tuple[object, ...], url: str) -> None:
    address = StreamAddress.parse(text)
    assert (address.scheme, address.host, address.port, address.path) == parts
    assert address.url == url
    assert StreamAddress.parse(url) == address


GOOD = "rtsp://cam.example:554/live?a=b"
CONTROLS = ["\r", "\n", "\r\n", "\0", "\t", "\x7f", " ", "\x0b", "\x85", "\u2028", "%0d", "%0A", "%0D%0A", "%00", "%7F"]


@pytest.mark.parametrize("control", CONTROLS, ids=ascii)
@pytest.mark.parametrize("position", range(len(GOOD) + 1))
def test_control_characters_are_refused_everywhere(control: str, position: int) -> None:
    with pytest.raises(AddressError):
        StreamAddress.parse(GOOD[:position] + control + GOOD[position:])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *((f"{scheme}:/etc/passwd", "scheme") for scheme in ("file", "concat", "subfile", "cache", "async", "rtsp")),
        *(
            (f"{scheme}://cam/x", "scheme")
            for scheme in ("file", "ftp", "rtsps", "rtmp", "rtspx", "gopher", "concat", "1rtsp")
        ),
        ("subfile,,start,0,end,9,,:rtsp://cam/", "scheme"),
        ("", "scheme"),
        ("/etc/passwd", "scheme"),
        ("rtsp:///etc/passwd", "host"),
        ("rtsp://", "host"),
        ("rtsp://u:p@cam/", "credentials"),
        ("rtsp://u@cam/", "credentials"),
        ("rtsp://@cam/", "credentials"),
        ("rtsp://good.example@evil.example/", "credentials"),
        ("rtsp://good.example:554@evil.example:554/", "credentials"),
        ("rtsp://good.example\\@evil.example/", "characters"),
        ("rtsp://good.example\\.evil.example/", "characters"),
        ("rtsp:\\\\cam\\x", "characters"),
        ("rtsp://cam/#x", "fragment"),
        ("rtsp://cam#@evil/", "fragment"),
        ("rtsp://cam/<x>", "characters"),
        ('rtsp://cam/"x', "characters"),
        ("rtsp://cam/%zz", "characters"),
        ("rtsp://cam/%4", "characters"),
        ("rtsp://c%61m/", "host"),
        ("rtsp://trạm.example/", "characters"),
        ("rtsp://①②⑦.0.0.1/", "characters"),
        ("rtsp://cam。example/", "characters"),
        ("rtsp://-cam/", "host"),
        ("rtsp://cam-/", "host"),
        ("rtsp://cam..example/", "host"),
        ("rtsp://cam./", "host"),
        (f"rtsp://{'a' * 64}/", "host"),
        (f"rtsp://{'a.' * 130}a/", "host"),
        ("rtsp://127.1/", "host"),
        ("rtsp://2130706433/", "host"),
        ("rtsp://0x7f000001/", "host"),
        ("rtsp://0x7f.0.0.1/", "host"),
        ("rtsp://127.0.0.0x1/", "host"),
        ("rtsp://0177.0.0.1/", "host"),
        ("rtsp://127.0.0.01/", "host"),
        ("rtsp://017700000001/", "host"),
        ("rtsp://1.2.3.4.5/", "host"),
        ("rtsp://256.0.0.1/", "host"),
        ("rtsp://[fe80::1%eth0]/", "characters"),
        ("rtsp://[fe80::1%25eth0]/", "host"),
        ("rtsp://[::1/", "host"),
        ("rtsp://[::1]x/", "host"),
        ("rtsp://[cam]/", "host"),
        ("rtsp://[]/", "host"),
        ("rtsp://::1/", "host"),
        ("rtsp://cam:0/", "port"),
        ("rtsp://cam:/", "port"),
        ("rtsp://cam:65536/", "port"),
        ("rtsp://cam:0554/", "port"),
        ("rtsp://cam:+554/", "port"),
        ("rtsp://cam:5 54/", "characters"),
        ("rtsp://cam:554:554/", "port"),
        ("rtsp://cam:٥٥٤/", "characters"),
        (f"rtsp://cam/{'x' * 2048}", "length"),
    ],
)
def test_a_hostile_or_ambiguous_address_is_refused(text: str, code: str) -> None:
    with pytest.raises(AddressError) as caught:
        StreamAddress.parse(text)
    assert caught.value.code == code
    assert not text or text not in str(caught.value)
    assert str(caught.value.message)


@pytest.mark.parametrize(
    ("text", "rest", "username", "password"),
    [
        ("rtsp://admin:secret@cam:554/x", "rtsp://cam:554/x", "admin", "secret"),
        ("rtsp://admin:p%40s%2Fs%3A@cam/", "rtsp://cam/", "admin", "p@s/s:"),
        ("rtsp://admin:p@ss:x@cam/", "rtsp://cam/", "admin", "p@ss:x"),
        ("rtsp://admin@cam", "rtsp://cam", "admin", ""),
        (f"http://{quote('người')}:{quote('mật khẩu')}@cam/?x=@y", "http://cam/?x=@y", "người", "mật khẩu"),
    ],
)
def test_credentials_are_taken_out_of_a_pasted_url(text: str, rest: str, username: str, password: str) -> None:
    assert split_credentials(text) == (rest, Credentials(username, password))


@pytest.mark.parametrize("text", ["rtsp://cam/a@b", "rtsp://cam/?u:p@x", "not a url", "admin:secret@cam", ""])
def test_what_has_no_credentials_stays_as_it_is(text: str) -> None:
    assert split_credentials(text) == (text, None)


@pytest.mark.parametrize(
    "userinfo",
    [
        "us%0d%0aer:secret",
        "user:sec%0aret",
        "user:sec\nret",
        "user:%ffsecret",
        "user:%zzsecret",
        "good\\:secret",
        "a%3Ab:secret",
    ],
    ids=ascii,
)
def test_impossible_credentials_are_refused_without_repeating_them(userinfo: str) -> None:
    with pytest.raises(AddressError) as caught:
        split_credentials(f"rtsp://{userinfo}@cam/")
    assert caught.value.code == "credentials"
    seen = repr(caught.value) + str(caught.value.message) + repr(caught.value.__context__) + repr(vars(caught.value))
    assert "secret" not in seen
    assert "sec" not in seen


def test_a_password_is_in_no_repr() -> None:
    assert "secret" not in repr(Credentials("user", "secret"))


@pytest.mark.parametrize(
    "ip",
    ["127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "::127.0.0.1"],
)
def test_loopback_is_permitted_only_by_its_setting(ip: str) -> None:
    assert not NetworkPolicy(EVERYTHING).permits(ip_address(ip))
    assert NetworkPolicy((), loopback_allowed=True).permits(ip_address(ip))


@pytest.mark.parametrize(
    "ip",
    [
        *sorted(map(str, METADATA)),
        *("169.254.169.254", "169.254.0.1", "fe80::1", "fe80::1%eth0", "fec0::1", "0.1.2.3", "::"),
        "0.0.0.0",  # noqa: S104 -- nothing is bound
        *("224.0.0.1", "239.1.2.3", "255.255.255.255", "240.0.0.1", "ff02::1"),
        *("::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1", "::ffff:0.0.0.0", "2001:db8::1%1"),
    ],
)
def test_some_addresses_are_permitted_by_no_setting(ip: str) -> None:
    assert not NetworkPolicy(EVERYTHING, loopback_allowed=True).permits(ip_address(ip))


def test_only_the_allowed_networks_are_permitted() -> None:
    policy = NetworkPolicy((ip_network("10.1.0.0/16"), ip_network("2001:db8::/32")))
    permitted = ["10.1.2.3", "2001:db8::9", "::ffff:10.1.2.3"]
    refused = ["10.2.0.1", "8.8.8.8", "2001:db9::1", "::ffff:8.8.8.8", "2002:0808:0808::1"]
    assert [policy.permits(ip_address(ip)) for ip in permitted] == [True] * 3
    assert [policy.permits(ip_address(ip)) for ip in refused] == [False] * 5
    assert not NetworkPolicy(()).permits(ip_address("10.1.2.3"))
