"""Who may control the emulator: by Host, by token, by account, and never from another site's page."""

import pytest

CLOCK = "/_mock/clock"
WRITES = [
    ("PUT", CLOCK),
    ("POST", f"{CLOCK}/advance"),
    ("PATCH", "/_mock/account"),
    ("DELETE", "/_mock/account"),
    ("POST", "/_mock/quote"),
    *[("POST", f"/_mock/jobs/job_1/{end}") for end in ("finish", "fail", "cancel")],
]
READS = [
    ("GET", path)
    for path in (
        CLOCK,
        "/_mock/account",
        "/_mock/accounts",
        "/_mock/jobs",
        "/_mock/jobs/job_1",
        "/_mock/scenarios",
        "/_mock/rules",
    )
]
TOKEN = {"x-mock-token": "secret"}


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LocalHost:9999",
        "127.0.0.1",
        "127.8.9.10:1",
        "[::1]",
        "[::1]:8026",
        "localhost:not-a-port",
    ],
)
def test_host_of_this_machine_may_control_whatever_the_port(client, host):
    assert client.get(CLOCK, headers={"host": host}).status == 200


@pytest.mark.parametrize(
    "host",
    [
        "example.com",
        "localhost.example.com",
        "127.0.0.1.example.com",
        "128.0.0.1",
        "[::2]",
        "::1",
        "",
        "[",
        "0.0.0.0",
        "local host",
        "\xff",
    ],
)
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_any_other_host_is_a_403(client, conforms, host, method):
    answer = client.send(method, CLOCK, {"mode": "real"}, headers={"host": host})

    conforms(answer.json, "Error")
    assert (answer.status, answer.error["code"]) == (403, "host_not_allowed")
    assert answer.error["type"] == "permission_error"


def test_api_itself_takes_any_host(client):
    assert client.get("/v1/jobs", headers={"host": "example.com"}).status == 200


@pytest.mark.parametrize("host", ["mock.example", "MOCK.example:1", "public.example", "localhost"])
def test_names_of_host_and_public_url_may_control(make_client, host):
    client = make_client(
        host="mock.example", public_url="https://public.example:8443/x", control_token="secret"
    )

    assert client.get(CLOCK, headers={"host": host, **TOKEN}).status == 200
    assert client.get(CLOCK, headers={"host": "other.example", **TOKEN}).status == 403


def test_ipv6_address_of_host_may_control(make_client):
    client = make_client(host="2001:DB8::1", control_token="secret")

    assert client.get(CLOCK, headers={"host": "[2001:db8::1]:8026", **TOKEN}).status == 200


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "BREW"])
@pytest.mark.parametrize("path", [CLOCK, f"{CLOCK}/advance", "/_mock/account"])
@pytest.mark.parametrize("settings", [{}, {"control_token": "secret"}])
def test_off_loopback_control_does_not_exist_without_the_token(make_client, method, path, settings):
    client = make_client(host="0.0.0.0", **settings)
    for token in ("", "Secret", "secret2", "\xff"):
        answer = client.send(method, path, headers={"x-mock-token": token})

        assert (answer.status, answer.error["code"]) == (404, "not_found")


def test_off_loopback_the_token_opens(make_client):
    client = make_client(host="0.0.0.0", control_token="secret")

    assert client.get(CLOCK, headers=TOKEN).status == 200
    assert client.send("BREW", CLOCK, headers=TOKEN).status == 405
    assert client.as_(None).get(CLOCK, headers=TOKEN).status == 401


CROSS_SITE = [
    {"origin": "https://evil.example"},
    {"origin": "http://127.0.0.1:8027"},
    {"origin": "null"},
    {"origin": "http://["},
    {"origin": "127.0.0.1:8026"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"origin": "http://127.0.0.1:8026", "sec-fetch-site": "cross-site"},
]


@pytest.mark.parametrize("headers", CROSS_SITE)
def test_cross_site_write_is_a_403_and_does_nothing(client, conforms, headers):
    for method, path in [
        ("PUT", CLOCK),
        ("POST", f"{CLOCK}/advance"),
        ("DELETE", "/_mock/account"),
    ]:
        answer = client.send(method, path, {"mode": "manual"}, headers=headers)

        conforms(answer.json, "Error")
        assert (answer.status, answer.error["code"]) == (403, "cross_site_request")
    assert client.get(CLOCK).json["mode"] == "real"


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://127.0.0.1:8026", "sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "none"},
        {},
    ],
)
def test_write_of_the_emulators_own_page_or_of_no_page_is_fine(client, headers):
    assert client.send("PUT", CLOCK, {"mode": "skip"}, headers=headers).status == 200


def test_cross_site_read_is_fine(client):
    assert client.get(CLOCK, headers={"sec-fetch-site": "cross-site"}).status == 200


@pytest.mark.parametrize("path", [CLOCK, f"{CLOCK}/advance", "/_mock/account", "/_mock"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_without_control_nothing_of_it_exists(make_client, path, method):
    answer = make_client(control=False).send(method, path)

    assert (answer.status, answer.error["code"]) == (404, "not_found")


@pytest.mark.parametrize("path", ["/_mock/", "/_mock/static/index.css"])
def test_dashboard_has_no_door_off_loopback_without_a_token(make_client, path):
    answer = make_client(host="0.0.0.0").get(path)

    assert (answer.status, answer.error["code"]) == (404, "not_found")


@pytest.mark.parametrize(("method", "path"), WRITES + READS)
def test_every_call_is_guarded(make_client, method, path):
    """By Host on this machine, and elsewhere by the token, whether or not there is such a job."""
    hidden = make_client(host="0.0.0.0", control_token="secret").send(method, path)
    assert (hidden.status, hidden.error["code"]) == (404, "not_found")
    strange = make_client().send(method, path, headers={"host": "example.com"})
    assert (strange.status, strange.error["code"]) == (403, "host_not_allowed")


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_every_write_of_another_sites_page_is_a_403(client, method, path):
    client.submit()
    answer = client.send(method, path, headers={"origin": "https://evil.example"})

    assert (answer.status, answer.error["code"]) == (403, "cross_site_request")


@pytest.mark.parametrize("host", ["127.0.0.1", "example.com"])
@pytest.mark.parametrize(
    "path",
    [
        "/_mockery",
        "/_mockery/clock",
        "/_mock/clock/",
        "/_mock//clock",
        "/_mockclock",
        "/_mock.clock",
        "/_mock/accounts/",
        "/_mock/accountsx",
        "/_mock/jobs/job_1/finish/",
        "/_mock/jobs/job_1/finished",
        "/_mock/jobs//finish",
        "/_mock/../_mock/clockx",
        "/_Mock/clock",
    ],
)
def test_neighbouring_paths_are_no_control(client, path, host):
    answer = client.get(path, headers={"host": host})

    assert (answer.status, answer.error["code"]) == (404, "not_found")


def test_account_is_named_by_key_or_by_query(client):
    client.send("PUT", CLOCK, {"mode": "manual"})
    nobody = client.as_(None)

    assert nobody.get(f"{CLOCK}?account=tests").json["mode"] == "manual"
    assert nobody.get(f"{CLOCK}?account=other").json["mode"] == "real"
    assert client.get(f"{CLOCK}?account=other").json["mode"] == "manual"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "missing_api_key"),
        ("?account=", "missing_api_key"),
        ("?accounts=a", "missing_api_key"),
        ("?account=a%20b", "invalid_api_key"),
        ("?account=%FF", "invalid_api_key"),
        ("?account=" + "a" * 65, "invalid_api_key"),
        ("?account=revoked", "invalid_api_key"),
    ],
)
def test_call_without_an_account_is_a_401(client, conforms, query, code):
    """Rules AUTH-KEY and AUTH-FORM."""
    answer = client.as_(None).get(CLOCK + query)

    conforms(answer.json, "Error")
    assert (answer.status, answer.error["code"]) == (401, code)


def test_allow_list_holds_for_keys_sent_to_control_too(make_client):
    """Rule AUTH-KEY with --keys; an account that is named, without a key, is whoever may control's own choice."""
    client = make_client(keys=["sk-empiriolabs-tests"])

    assert client.get(CLOCK).status == 200
    assert client.as_("sk-empiriolabs-other").get(CLOCK).status == 401
    assert client.as_(None).get(f"{CLOCK}?account=other").status == 200
