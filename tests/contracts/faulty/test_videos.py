import pytest

from contracts.asgi import AsgiTransport
from contracts.checks.catalogue import CHECKS
from contracts.driver import Driver
from contracts.faulty.catalogue import faults
from contracts.faulty.wrapping import wrapped
from contracts.history import History
from contracts.judge import Judge
from contracts.keys import Keys
from contracts.passing import MovedTime
from contracts.script import Download, Follow, Script, Submit
from mock_server.app import create_app
from mock_server.settings import Settings
from tests.contracts.conftest import CONTRACT, DEFAULTS, FIELDS

FAULT = next(fault for fault in faults(CONTRACT) if fault.id == "i2v-by-ratio")
PICTURE = "https://example.com/picture.png"


@pytest.mark.parametrize(
    ("fields", "is_broken"), [({}, False), ({"image": PICTURE, "aspect_ratio": "1:1"}, True)]
)
def test_only_videos_of_pictures_take_a_ratio(fields: dict[str, str], is_broken: bool) -> None:
    app = wrapped(create_app(Settings()), CONTRACT.api, FAULT)
    transport = AsgiTransport(app, Keys({"main": "sk-empiriolabs-m"}))
    judge = Judge(History(CONTRACT, DEFAULTS, is_emulator=True), CHECKS)
    driver = Driver(transport, judge, MovedTime(transport, ("main",)))
    steps = (Submit(fields={**FIELDS, **fields}), Follow(), Download())
    found = driver.run(Script(name="x", rules=(), steps=steps))
    transport.close()

    assert {one.verdict.rule for one in found} == (
        {"OUT-SIZE", "I2V-RATIO"} if is_broken else set()
    )
