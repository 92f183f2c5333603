"""The dashboard in a real browser, each test in an account of its own; whatever the page complains of fails the test."""

import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)

from mock_server.app import create_app
from mock_server.server import ThreadServer
from mock_server.settings import Settings

DESKTOP: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}
PATIENCE_MILLISECONDS = 15_000

# A browser says so of every refusal, also of those that the page shows to people.
REFUSED = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")

LISTEN = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`);
});
"""

expect.set_options(timeout=PATIENCE_MILLISECONDS)


@dataclass
class Client:
    """A client of the emulator outside of the browser, with the key of one account."""

    url: str
    account: str

    def ask(self, method: str, path: str, fields: Any = None) -> tuple[int, Any]:
        """Return the status and the JSON of an answer, 0 and None where the connection ends without one."""
        headers = {
            "x-api-key": f"sk-empiriolabs-{self.account}",
            "content-type": "application/json",
        }
        body = None if fields is None else json.dumps(fields).encode()
        request = Request(self.url + path, body, headers, method=method)
        try:
            with urlopen(request) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except HTTPError as error:
            return error.code, json.loads(error.read())
        except OSError:
            return 0, None

    def submit(self, prompt: str = "a kite", **fields: Any) -> str:
        """Submit a generation and return the id of its job."""
        request = {"model": "wan-2-6", "prompt": prompt, **fields}
        status, answer = self.ask("POST", "/v1/videos/generations", request)
        assert status == 202, answer
        return str(answer["job_id"])

    def submit_many(self, count: int) -> list[str]:
        """Submit that many generations at once."""
        with ThreadPoolExecutor(8) as pool:
            return [*pool.map(lambda number: self.submit(f"kite {number}"), range(count))]

    def poll(self, job_id: str) -> tuple[int, Any]:
        """Return the status and the JSON of a poll."""
        return self.ask("GET", f"/v1/jobs/{job_id}")

    def freeze(self) -> None:
        """Make the account's clock stand still."""
        assert self.ask("PUT", "/_mock/clock", {"mode": "manual"})[0] == 200

    def advance(self, seconds: float) -> None:
        """Move the account's clock forward."""
        assert self.ask("POST", "/_mock/clock/advance", {"seconds": seconds})[0] == 200


@dataclass
class Dashboard:
    """The page, and a client of the account that it shows."""

    page: Page
    client: Client
    complaints: list[str] = field(default_factory=list)

    def open(self, job_id: str | None = None) -> None:
        """Open the page at the account, and at one of its jobs."""
        job = "" if job_id is None else f"&job={job_id}"
        self.page.goto(f"{self.client.url}/_mock/#account={self.client.account}{job}")
        expect(self.page.locator("#connection")).to_have_text("Live")

    def row(self, job_id: str) -> Locator:
        """Return a job's row in the list."""
        return self.page.locator(f"tr[data-job={job_id}]")

    def panel(self, name: str) -> Locator:
        """Return the part of the page with that heading."""
        return self.page.get_by_role("region", name=name)

    def press(self, *names: str) -> None:
        """Press the buttons with these names, one after another."""
        for name in names:
            self.page.get_by_role("button", name=name, exact=True).click()

    def hear(self, message: ConsoleMessage) -> None:
        """Keep what the page has to complain of."""
        if message.type in {"error", "warning"} and not REFUSED.match(message.text):
            self.complaints.append(message.text)


@pytest.fixture(scope="module")
def browser(tool: Callable[[str], str]) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        arguments = [
            "--no-sandbox",
            "--disable-gpu",
            "--mute-audio",
        ]  # root has no sandbox, and CI is root
        path = tool("chromium")
        with playwright.chromium.launch(executable_path=path, args=arguments) as browser:
            yield browser


@pytest.fixture(scope="module")
def laptop(browser: Browser) -> BrowserContext:
    """Windows as wide as a laptop's, which share what the browser keeps."""
    return browser.new_context(viewport=DESKTOP)


@pytest.fixture(scope="module")
def serve() -> Callable[..., ThreadServer]:
    """Return a function that makes a server of an emulator with the given settings."""
    return lambda **settings: ThreadServer(create_app(Settings(**settings)))


@pytest.fixture(scope="module")
def url(serve: Callable[..., ThreadServer]) -> Iterator[str]:
    """Where an emulator with the default settings listens."""
    with serve() as server:
        yield server.url


OpenDashboard = Callable[..., Dashboard]


@pytest.fixture
def dashboard_of(
    browser: Browser, laptop: BrowserContext, url: str, request: pytest.FixtureRequest
) -> Iterator[OpenDashboard]:
    """Return a function that opens a window for the test's account; *options* are of a browser of its own."""
    made: list[Dashboard] = []
    account = re.sub(r"\W+", "-", request.node.name)[-60:].strip("-")

    def make(at: str = url, **options: Any) -> Dashboard:
        context = browser.new_context(**options) if options else laptop
        dashboard = Dashboard(context.new_page(), Client(at, account))
        dashboard.page.set_default_timeout(PATIENCE_MILLISECONDS)
        dashboard.page.add_init_script(LISTEN)
        dashboard.page.on("console", dashboard.hear)
        dashboard.page.on("pageerror", lambda error: dashboard.complaints.append(str(error)))
        made.append(dashboard)
        return dashboard

    yield make
    for dashboard in made:
        dashboard.page.close()
        assert dashboard.complaints == []


@pytest.fixture
def dashboard(dashboard_of: OpenDashboard) -> Dashboard:
    """A window as wide as a laptop's."""
    return dashboard_of()
