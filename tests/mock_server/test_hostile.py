"""Whatever is sent: never a 5xx, and never an answer outside the envelope."""

import json
import random
import string

import pytest
from hypothesis import HealthCheck, Phase, given, settings, strategies as st

BATCHES, BATCH = 100, 100
DEEP = 66
ERRORS = {
    400: {("invalid_request", "invalid_request_error")},
    401: {
        ("missing_api_key", "authentication_error"),
        ("invalid_api_key", "authentication_error"),
    },
    402: {("insufficient_credits", "billing_error")},
    403: {
        ("url_expired", "permission_error"),
        ("invalid_signature", "permission_error"),
        ("host_not_allowed", "permission_error"),
        ("cross_site_request", "permission_error"),
    },
    404: {
        ("model_not_found", "invalid_request_error"),
        ("job_not_found", "invalid_request_error"),
        ("not_found", "invalid_request_error"),
    },
    405: {("method_not_allowed", "invalid_request_error")},
    413: {("request_too_large", "invalid_request_error")},
    416: {("range_not_satisfiable", "invalid_request_error")},
    415: {("unsupported_media_type", "invalid_request_error")},
    429: {("rate_limit_exceeded", "rate_limit_error")},
}
URL = "https://example.com/a.png"
VALID = {
    "model": "wan-2-6",
    "prompt": "sunrise",
    "mode": "auto",
    "resolution": "720p",
    "duration": 5,
    "aspect_ratio": "1:1",
    "shot_type": "single",
    "image": URL,
    "negative_prompt": "",
    "seed": 1,
    "audio": True,
    "flash_mode": False,
    "prompt_extend": True,
    "image_url": URL,
    "generate_audio": True,
    "images": [URL],
    "reference_images": [],
    "reference_videos": [],
    "video": URL,
    "audio_url": URL,
    "template": "x",
    "raw": 1,
    "balance": 3,
    "rpm": 9,
    "latency": "instant",
    "scenario": None,
    "policies": {"unknown_fields": "reject"},
    "seconds": 1,
}
NAMES = [*VALID, "", "/", "~", "~1/~0", "\x00", "\x1f", "😀", "\u202e", "a" * 300, "__proto__", "é"]
NUMBERS = [
    *("0", "-0", "5", "15", "15.000000000000000000000000001", "1e400", "-1e400", "1e-400", "5e0"),
    *("4.9999999999999999999999", "2147483647", "2147483648", "1e4299", "1e4300", "1e99999999"),
    *("5." + "0" * 4000, "1" + "0" * 5000, "9" * 4300, "1e-99999999999999999999999", "0e999999999"),
    *("NaN", "-Infinity", "1.", ".5", "+1", "01", "0x10", "1_000"),
]
TEXTS = [
    *("", " ", "\t\n", "a", "1080P", "16:9", "r2v", "instant", "reject", "manual", "unlimited"),
    *(URL, "bunny://x", "data:,", "data:image/png;base64,!!!", "file:///etc/passwd", "http://["),
    *("\x00", "\ud800", "😀" * 50, "é\u0301", "../../x", "%00", "' OR 1=1", "$EMPIRIOLABS_API_KEY"),
    *("<script>", "{{7*7}}", "\u202e", "null", "NaN", "1e99", "-1", "wan-2-6", "job_1"),
]
METHODS = [*["GET"] * 9, "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "BREW", "get", ""]
PATHS = [
    *("/v1/videos/generations", "/v1/jobs", "/v1/jobs/{}", "/v1/jobs/{}/cancel", "/v1/models"),
    *("/v1/models/{}", "/v1/account/usage", "/v1/files/sign", "/livez", "/health", "/openapi.json"),
    *("/media/{}", "/media/{}.mp4", "/_mock/clock", "/_mock/clock/advance", "/_mock/account"),
    *("/_mock/{}", "/{}", "/v1/{}", "//{}", "/v1/jobs//{}", "/fixtures/{}", "", "*"),
]
PARAMETERS = [
    "limit",
    "status",
    "before",
    "from",
    "to",
    "model",
    "file_id",
    "expires",
    "sig",
    "account",
]
HEADERS = {
    "host": ["", "localhost", "[::1]", "[", "evil.example", "a b", "\xff", ":", "x:y:z", "1" * 999],
    "authorization": [
        "",
        "Bearer",
        "Bearer ",
        "Basic eDp5",
        "Bearer \xff",
        "Bearer sk-empiriolabs-",
    ],
    "x-api-key": ["", "sk-empiriolabs-other", "sk-empiriolabs-limited", "sk-empiriolabs-nocredit"],
    "content-type": [
        "",
        "text/plain",
        "application/json; charset=\xff",
        ";",
        "multipart/form-data",
    ],
    "content-length": ["", "0", "-1", "9" * 999, "1e3", "²", "1, 1"],
    "origin": ["null", "http://[", "http://localhost", "://", "\xff"],
    "sec-fetch-site": ["cross-site", "none", "\xff"],
    "if-none-match": ["*", '"', "W/", ","],
    "access-control-request-method": ["GET", "\xff"],
    "x-mock-token": ["x", "\xff"],
}


DATES = [
    *("Sun, 22 Nov 2026 18:00:04 GMT", "Thu, 01 Jan 99999999999999999999 00:00:00 GMT", "0", ""),
    *("Thu, 01 Jan 1970 00:00:00 +99999999999999", "Thu, 01 Jan 0001 00:00:00 +2359", "\xff", "-1"),
    *("Thu, 32 Jan 1970 99:99:99 GMT", "Fri, 31 Dec 9999 23:59:59 -2359", "now"),
]
DOWNLOAD_HEADERS = {
    "range": [
        "bytes=0-",
        "bytes=-0",
        "bytes=5-2",
        "bytes=9999999-",
        "bytes=" + "9" * 6000 + "-",
        "bytes=-" + "9" * 99,
        "lines=1-2",
        "\xff",
        "bytes=0-1,3-4",
        "bytes=²-",
    ],
    "if-range": [*DATES, "*", '"', "W/"],
    "if-modified-since": DATES,
    "if-none-match": ['"', "W/", ",", "\xff", '"a"'],
    "if-unmodified-since": DATES,
}


class Hostile:
    """Draws requests: valid, nearly valid and garbage ones."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.seen = ["job_1", "file_1", "use_1", "wan-2-6"]

    def text(self):
        if self.random.random() < 0.7:
            return self.random.choice([*TEXTS, *self.seen])
        letters = string.printable + "éß海😀\x00\x7f"
        return "".join(self.random.choices(letters, k=self.random.randrange(40)))

    def json(self, levels=3):
        kind = self.random.random()
        if kind < 0.25:
            return self.random.choice(NUMBERS)
        if kind < 0.6 or not levels:
            return json.dumps(self.text())
        if kind < 0.75:
            return self.random.choice(["true", "false", "null"])
        if kind < 0.77:
            depth = self.random.choice([DEEP - 10, DEEP, 5000])
            return "[" * depth + "]" * depth
        items = [self.json(levels - 1) for _ in range(self.random.randrange(5))]
        if kind < 0.88:
            return f"[{','.join(items)}]"
        names = [json.dumps(self.random.choice(NAMES)) for _ in items]
        return f"{{{','.join(map(':'.join, zip(names, items, strict=True)))}}}"

    def body(self):
        kind = self.random.random()
        if kind < 0.05:
            return self.random.randbytes(self.random.randrange(60))
        if kind < 0.1:
            return self.json().encode()
        names = self.random.sample([*VALID], k=self.random.randrange(6))
        if self.random.random() < 0.9:
            names = ["model", "prompt", *names]
        fields = {json.dumps(name): json.dumps(VALID[name]) for name in names}
        for _ in range(self.random.choice([0, 0, 1, 1, 2, 5])):
            fields[json.dumps(self.random.choice(NAMES))] = self.json()
        body = "{" + ",".join(map(":".join, fields.items())) + "}"
        return body[: -1 if self.random.random() < 0.02 else None].encode()

    def target(self):
        segment = self.random.choice([*self.seen, self.text(), "%0A", "%FF", "%ED%A0%80", "%2F"])
        path = self.random.choice(PATHS).format(segment.replace("?", "").replace("{", ""))
        names = self.random.choices(PARAMETERS, k=self.random.choice([0, 0, 1, 2, 3]))
        query = "&".join(f"{name}={self.text()}" for name in names)
        return f"{path}?{query}" if query else path

    def request(self):
        """Return method, target, and the rest of a request."""
        headers = {
            name: self.random.choice(values)
            for name, values in HEADERS.items()
            if self.random.random() < 0.06
        }
        if self.random.random() < 0.4:
            method, target = "POST", "/v1/videos/generations"
        elif self.random.random() < 0.2:
            method, target = self.random.choice(
                [
                    ("PATCH", "/_mock/account"),
                    ("POST", "/_mock/clock/advance"),
                    ("PUT", "/_mock/clock"),
                ]
            )
        else:
            method, target = self.random.choice(METHODS), self.target()
        body = self.body()
        if self.random.random() < 0.1:
            body = [body[:7], body[7:]]
        return method, target, {"body": body, "headers": headers}


def check(method, answer):
    """An answer of the API: of its status, with an id, and in the envelope when it refuses."""
    assert answer.status < 500
    assert answer.headers["x-request-id"]
    if method != "HEAD" and "content-length" in answer.headers:
        assert int(answer.headers["content-length"]) == len(answer.body)
    if answer.status < 400:
        return
    assert answer.headers["content-type"] == "application/json"
    if method == "HEAD":
        assert answer.body == b""
        return
    error = answer.error
    assert answer.json.keys() == {"error"}
    assert error.keys() - {"details"} == {"message", "type", "param", "code"}
    assert (error["code"], error["type"]) in ERRORS[answer.status]
    assert isinstance(error["message"], str)
    assert error["param"] is None or isinstance(error["param"], str)


@given(seed=st.integers(0, 2**32))
@settings(
    max_examples=BATCHES,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_nothing_that_is_sent_breaks_the_emulator(make_client, seed):
    """Rules REQ-JSON, REQ-STRICT, AUTH-KEY and all others: 10,000 requests, each answered as agreed."""
    hostile = Hostile(seed)
    client = make_client(max_body=100_000, balance=5)
    for _ in range(BATCH):
        client.time.pass_seconds(0.5)
        method, target, rest = hostile.request()
        answer = client.send(method, target, **rest)
        check(method, answer)
        if answer.status in {200, 202} and b'"job_id"' in answer.body[:20]:
            hostile.seen.append(answer.json["job_id"])


@given(
    st.fixed_dictionaries(
        {},
        optional={
            name: st.sampled_from(values) | st.text(st.characters(max_codepoint=255), max_size=30)
            for name, values in DOWNLOAD_HEADERS.items()
        },
    ),
    st.sampled_from(["GET", "HEAD"]),
)
@settings(max_examples=1000, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_header_breaks_a_download(downloading, headers, method):
    """Rules OUT-URL and OUT-DOWNLOAD, with a URL that is signed."""
    client, url = downloading
    answer = client.send(method, url, headers=headers)

    check(method, answer)
    assert answer.status in {200, 206, 304, 416}


@pytest.fixture
def downloading(make_client):
    client = make_client(latency="instant")
    path = client.submit(resolution="720p", duration=5).json["poll_url"]
    return client, client.get(path).json["result"]["data"][0]["url"]


def test_megabyte_in_every_place_is_told_briefly(client):
    """Rules REQ-SIZE and REQ-EXTRA: a large value is no trouble, and its message is short."""
    large = "x" * 1_000_000
    for name in VALID:
        answer = client.submit(**{name: large})

        check("POST", answer)
        assert len(answer.body) < 5000
    check("POST", client.submit(**{large: 1}))
    check("GET", client.get(f"/v1/jobs/{large}?status={large}"))
