"""Where a medium lies. What can be read in two ways is elsewhere: nobody ever connects to it."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

import pytest
from hypothesis import given, strategies as st
from urllib3.util import parse_url

from mock_server.intake.locating import DataUri, Elsewhere, Loopback, Sample, Upload, locate

OWN = ("http://127.0.0.1:8026", "https://cdn.example/wan")


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("data:image/png;base64,AAAA", DataUri("data:image/png;base64,AAAA")),
        ("DATA:,http://127.0.0.1/", DataUri("DATA:,http://127.0.0.1/")),
        ("bunny://uploads/file_1/a.png", Upload("bunny://uploads/file_1/a.png")),
        ("https://example.com/a.png", Elsewhere("https://example.com/a.png")),
        ("", Elsewhere("")),
    ],
)
def test_source_lies_where_its_scheme_says(source, place):
    assert locate(source, OWN) == place


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("http://127.0.0.1:8026/fixtures/photo.jpg", "photo.jpg"),
        ("HTTP://127.0.0.1:8026/fixtures/photo.jpg", "photo.jpg"),
        ("https://cdn.example/wan/fixtures/photo.jpg?a=/b#c/d", "photo.jpg"),
        ("http://127.0.0.1:8026/fixtures/ph%6Fto.jpg", "photo.jpg"),
        ("http://127.0.0.1:8026/fixtures/none.jpg", "none.jpg"),
        ("http://127.0.0.1:8026/fixtures/..", ".."),
    ],
)
def test_own_fixture_is_a_sample_by_its_name(source, name):
    assert locate(source, OWN) == Sample(name)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/fixtures/",
        "/fixtures",
        "/fixtures/a/b",
        "/fixtures/%2e%2e%2fa",
        "/Fixtures/a",
        "/a/fixtures/b",
        "/media/job.mp4?fixtures/b",
        "?/fixtures/b",
    ],
)
def test_other_paths_of_the_emulator_are_fetched_like_any_server(path):
    assert isinstance(locate(OWN[0] + path, OWN), Loopback)


@pytest.mark.parametrize(
    "source",
    [
        "http://127.0.0.1:80261/fixtures/photo.jpg",
        "http://127.0.0.1/fixtures/photo.jpg",
        "http://127.0.0.1:8027/fixtures/photo.jpg",
        "https://cdn.example/wander/fixtures/photo.jpg",
        "https://cdn.example/fixtures/photo.jpg",
    ],
)
def test_fixtures_of_others_are_no_samples(source):
    assert not isinstance(locate(source, OWN), Sample)


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("http://localhost:8000/a.png", Loopback("localhost", 8000, "/a.png")),
        ("HTTP://LocalHost/A.png", Loopback("localhost", 80, "/A.png")),
        ("http://127.0.0.1:1/a?b=c&d#e#f", Loopback("127.0.0.1", 1, "/a?b=c&d")),
        ("http://127.255.0.99:65535", Loopback("127.255.0.99", 65_535, "/")),
        ("http://[::1]:8000/a", Loopback("::1", 8000, "/a")),
        ("http://[::1]?a", Loopback("::1", 80, "/?a")),
        ("http://127.0.0.1#@evil.example/", Loopback("127.0.0.1", 80, "/")),
        ("http://127.0.0.1/@evil.example/", Loopback("127.0.0.1", 80, "/@evil.example/")),
        ("http://127.0.0.1//evil.example/", Loopback("127.0.0.1", 80, "//evil.example/")),
        ("http://127.0.0.1/../../a", Loopback("127.0.0.1", 80, "/../../a")),
    ],
)
def test_plain_loopback_url_is_within_reach(source, place):
    assert locate(source, OWN) == place


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/a b", "/a%20b"),
        ("/a\r\nHost: evil.example\r\n\r\n", "/a%0D%0AHost:%20evil.example%0D%0A%0D%0A"),
        ("/\t\x00\x7f", "/%09%00%7F"),
        ("/\\@evil.example", "/%5C@evil.example"),
        ("/bär/😀", "/b%C3%A4r/%F0%9F%98%80"),
        ("/\u2028\u0085\ud800", "/%E2%80%A8%C2%85%5Cud800"),
        ("/%41%zz%", "/%41%zz%"),
        ('/<"`{}|^>', "/%3C%22%60%7B%7D|%5E%3E"),
    ],
)
def test_target_is_sent_in_safe_ascii(path, target):
    place = locate(f"http://127.0.0.1{path}", OWN)

    assert place == Loopback("127.0.0.1", 80, target)


HOSTILE = [
    # other spellings of an address, which programs read differently
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.1/",
    "http://127.1/",
    "http://127.0.1/",
    "http://127/",
    "http://0177.0.0.1/",
    "http://127.0.0.01/",
    "http://127.000.000.001/",
    "http://127.0.0.256/",
    "http://127.0.0.1.1/",
    "http://127.0.0.1./",
    "http://127.0.0.1.evil.example/",
    "http://0.0.0.0/",
    "http://0/",
    "http://128.0.0.1/",
    "http://1127.0.0.1/",
    "http://10.0.0.1/",
    "http://169.254.169.254/latest/meta-data",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::127.0.0.1]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::]/",
    "http://[::1%25eth0]/",
    "http://[::1%lo]/",
    "http://[::1]evil.example/",
    "http://[::1/",
    "http://[127.0.0.1]/",
    "http://[fe80::1]/",
    "http://::1/",
    "http://(127.0.0.1)/",
    # names that a resolver would be asked for
    "http://localhost./",
    "http://foo.localhost/",
    "http://localhost.evil.example/",
    "http://localhostevil.example/",
    "http://localhost.localdomain/",
    "http://127.0.0.1.nip.io/",
    "http://ip6-localhost/",
    # where a host ends
    "http://127.0.0.1@evil.example/",
    "http://127.0.0.1:80@evil.example/",
    "http://localhost:80:80@evil.example/",
    "http://user@127.0.0.1/",
    "http://evil.example@127.0.0.1/",
    "http://user:pass@localhost/",
    "http://@127.0.0.1/",
    "http://evil.example\\@127.0.0.1/",
    "http://127.0.0.1\\@evil.example/",
    "http://127.0.0.1\\.evil.example/",
    "http:\\\\127.0.0.1/",
    "http:/\\127.0.0.1/",
    "http://127.0.0.1&@evil.example/",
    "http://127.0.0.1;evil.example/",
    "http://127.0.0.1,evil.example/",
    "http://evil.example#@127.0.0.1/",
    "http://evil.example?@127.0.0.1/",
    "http://evil.example/http://127.0.0.1/",
    "http:127.0.0.1/",
    "http:/127.0.0.1/",
    "http:///127.0.0.1/",
    "//127.0.0.1/",
    "127.0.0.1/",
    # characters that some programs drop or fold
    "http://127.0.0.1\t/",
    "http://127.0.0.1 /",
    "http://127.0.0.1\n.evil.example/",
    "http://127.0.0.1\n",
    "http://127.0.0.1\r\n@evil.example/",
    "http://127.0.0.1\x00.evil.example/",
    "http://local\thost/",
    "ht\ntp://127.0.0.1/",
    " http://127.0.0.1/",
    "\x00http://127.0.0.1/",
    "http://%31%32%37.0.0.1/",
    "http://localhos%74/",
    "http://127.0.0.1%2F@evil.example/",
    "http://127.0.0.1%00.evil.example/",
    "http://127.0.0.1%23@evil.example/",
    "http://\uff11\uff12\uff17.0.0.1/",
    "http://\u2460\u2461\u2466.0.0.1/",
    "http://127\u30020\u30020\u30021/",
    "http://127.0.0.\u0661/",
    "http://localho\u017ft/",
    "http://\uff4c\uff4f\uff43\uff41\uff4c\uff48\uff4f\uff53\uff54/",
    "http://loc\u0430lhost/",
    "http://localhost\u00ad/",
    "http://127.0.0.1\u2044evil.example/",
    "http://127.0.0.1\uff0fevil.example/",
    "http://127.0.0.1\uff1fevil.example/",
    "http://127.0.0.1\uff20evil.example/",
    # ports
    "http://127.0.0.1:0/",
    "http://127.0.0.1:/",
    "http://127.0.0.1:65536/",
    "http://127.0.0.1:70000/",
    "http://127.0.0.1:100000/",
    "http://127.0.0.1:080/",
    "http://127.0.0.1:+80/",
    "http://127.0.0.1:-80/",
    "http://127.0.0.1:8_0/",
    "http://127.0.0.1:80a/",
    "http://127.0.0.1: 80/",
    "http://127.0.0.1:\uff18\uff10/",
    "http://127.0.0.1:80:80/",
    # other schemes
    "https://127.0.0.1/",
    "https://localhost:8443/",
    "ftp://127.0.0.1/",
    "file:///etc/passwd",
    "file://localhost/etc/passwd",
    "gopher://127.0.0.1:6379/_FLUSHALL",
    "ws://127.0.0.1/",
    "http+unix://127.0.0.1/",
    "httpx://127.0.0.1/",
    "xhttp://127.0.0.1/",
    "BUNNY://a",
    # longer than any server has to take
    "http://127.0.0.1/" + 8_000 * "a",
]


@pytest.mark.parametrize("source", HOSTILE, ids=lambda source: ascii(source[:50]))
def test_hostile_spelling_is_elsewhere(source):
    assert locate(source, OWN) == Elsewhere(source)


def one_of(*values):
    return st.sampled_from(values)


ODD = one_of(
    "", "", "", "@", "\\", "\t", "\n", "%", "%2e", ".", ":", "#", "?", "/", "[", "]", "\uff0e"
)
HOSTS = st.one_of(
    one_of("localhost", "LOCALHOST", "127.0.0.1", "[::1]", "evil.example", "2130706433", "0x7f.1"),
    st.ip_addresses(v=4).map(str),
    st.ip_addresses(v=4, network="127.0.0.0/8").map(str),
    st.ip_addresses(v=6).map(lambda address: f"[{address}]"),
    st.from_regex(r"\A[0-9a-fx.]{1,12}\Z"),
    st.text(max_size=5),
)
PORTS = st.one_of(one_of("", ":0", ":80", ":"), st.integers(0, 99_999).map(":{}".format))
RESTS = st.one_of(one_of("", "/", "/a?b#c", "?a", "#@b"), st.text(max_size=6).map("/{}".format))
URLS = st.one_of(
    st.tuples(
        one_of("http://", "https://", "HTTP://", "//"), ODD, HOSTS, ODD, PORTS, ODD, RESTS
    ).map("".join),
    st.tuples(HOSTS, ODD, HOSTS, PORTS, RESTS).map(lambda parts: "http://" + "".join(parts)),
)


def is_plainly_loopback(host):
    return host == "localhost" or ip_address(host.strip("[]")).is_loopback


@given(URLS)
def test_only_what_other_parsers_take_for_loopback_is_connected_to(url):
    place = locate(url, ())

    if isinstance(place, Loopback):
        other, third = parse_url(url), urlsplit(url)
        assert is_plainly_loopback(place.host)
        assert (other.scheme, other.auth) == ("http", None)
        assert (other.host or "").strip("[]") == place.host
        assert (third.username, third.hostname) == (None, place.host)
        assert (other.port or 80, third.port or 80) == (place.port, place.port)
        assert re.fullmatch(r"/[!-~]*", place.target)
        assert "#" not in place.target


@given(
    st.one_of(st.just("localhost"), st.ip_addresses(v=4, network="127.0.0.0/8").map(str)),
    st.integers(1, 65_535),
    st.text(),
)
def test_every_plain_loopback_url_is_within_reach(host, port, path):
    place = locate(f"http://{host}:{port}/{path}", ())

    assert isinstance(place, Loopback)
    assert (place.host, place.port) == (host, port)


@pytest.mark.parametrize(
    ("url", "authority", "addresses"),
    [
        ("http://localhost:8000/a", "localhost:8000", ("127.0.0.1", "::1")),
        ("http://127.0.0.1:80/a", "127.0.0.1", ("127.0.0.1",)),
        ("http://[::1]/", "[::1]", ("::1",)),
        ("http://[::1]:81/", "[::1]:81", ("::1",)),
    ],
)
def test_place_tells_whom_to_ask_for_what_and_never_a_resolver(url, authority, addresses):
    place = locate(url, ())

    assert isinstance(place, Loopback)
    assert (place.authority, place.addresses) == (authority, addresses)
    assert locate(place.url, ()) == place


def test_medium_in_a_data_uri_is_not_shown():
    assert repr(locate("data:,secret", ())) == "DataUri()"
