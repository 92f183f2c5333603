"""The files of the dashboard, and what they may load and do."""

import re
from html.parser import HTMLParser

import pytest

from mock_server.dashboard import pages

FILES = sorted(path.name for path in pages.FOLDER.iterdir())
MODULES = [name for name in FILES if name.endswith(".js")]
ELSEWHERE = re.compile(r"""["'(](https?:)?//""")


def test_page_is_html_that_may_load_only_what_is_the_emulators_own(client):
    answer = client.get("/_mock/")

    assert answer.status == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )


@pytest.mark.parametrize("path", ["/_mock/", *(f"/_mock/static/{name}" for name in FILES)])
def test_every_file_is_asked_for_anew_and_taken_for_what_it_is(client, path):
    answer = client.get(path)

    assert answer.status == 200
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_file_that_a_browser_has_is_not_sent_again(client):
    tag = client.get("/_mock/static/app.js").headers["etag"]

    answer = client.get("/_mock/static/app.js", headers={"if-none-match": tag})

    assert (answer.status, answer.body) == (304, b"")
    assert answer.headers["etag"] == tag


def test_page_without_its_slash_leads_to_it(client):
    answer = client.get("/_mock")

    assert (answer.status, answer.headers["location"]) == (308, "/_mock/")


@pytest.mark.parametrize("name", ["nothing.js", "__init__.py", "app.js%00"])
def test_other_files_do_not_exist(client, name):
    answer = client.get(f"/_mock/static/{name}")

    assert answer.status == 404
    assert "is not a file of the dashboard" in answer.error["message"]


def test_head_of_a_file_has_its_length(client):
    answer = client.send("HEAD", "/_mock/static/base.css")

    assert answer.body == b""
    assert int(answer.headers["content-length"]) == (pages.FOLDER / "base.css").stat().st_size


@pytest.mark.parametrize("name", FILES)
def test_no_file_names_another_host(name):
    text = (pages.FOLDER / name).read_text(encoding="utf-8")

    assert not ELSEWHERE.search(text.replace('"http://www.w3.org/2000/svg"', ""))


class Loaded(HTMLParser):
    """Collects the files that a page loads."""

    def __init__(self) -> None:
        super().__init__()
        self.files: list[str] = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag in {"script", "link"}:
            self.files.append(str(given["src" if tag == "script" else "href"]))


def test_every_file_is_used():
    loaded = Loaded()
    loaded.feed((pages.FOLDER / pages.INDEX).read_text(encoding="utf-8"))
    sources = [(pages.FOLDER / name).read_text(encoding="utf-8") for name in MODULES]
    imported = {name for source in sources for name in re.findall(r'from "\./([^"]+)"', source)}

    assert {*FILES} == {pages.INDEX, *imported} | {
        file.removeprefix("static/") for file in loaded.files
    }


@pytest.mark.parametrize("name", MODULES)
def test_modules_never_write_markup(name):
    text = (pages.FOLDER / name).read_text(encoding="utf-8")

    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", text)
