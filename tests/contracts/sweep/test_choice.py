"""Few scripts that exercise what all do."""

from contracts.exchange import Sent
from contracts.script import Call, Download, Script, Submit
from contracts.sweep.choice import fewest
from contracts.sweep.scripts import all_scripts
from tests.contracts.conftest import CONTRACT, DEFAULTS, FIELDS

CALL = Call(Sent(operation="list", method="GET", target="/v1/jobs"))


def script(name, *steps, rules=("A",)):
    return Script(name=name, rules=rules, steps=steps or (CALL,))


def chosen(*scripts):
    return [one.name for one in fewest(scripts, CONTRACT, DEFAULTS)]


def test_every_rule_of_all_scripts_is_a_rule_of_few_of_them():
    scripts = all_scripts(CONTRACT, DEFAULTS)
    few = fewest(scripts, CONTRACT, DEFAULTS)
    assert {rule for one in few for rule in one.rules} == {
        rule for one in scripts for rule in one.rules
    }
    assert len(few) * 5 < len(scripts)


def test_rule_is_tried_at_both_ends():
    assert chosen(*(script(f"{number}") for number in range(5))) == ["0", "4"]


def test_request_that_is_refused_is_tried_besides():
    ends = script("first"), script("last")
    refused = script("refused", Submit(fields={**FIELDS, "duration": 99}))
    again = script("refused as well", Submit(fields={**FIELDS, "duration": 98}))
    assert chosen(ends[0], refused, again, ends[1]) == ["first", "refused", "last"]


def test_each_mode_is_tried():
    plain = [script(f"{number}", Submit(fields=FIELDS)) for number in range(4)]
    animated = Submit(fields={**FIELDS, "image": "https://example.com/a.png"})
    assert chosen(*plain, script("i2v", animated), *plain[2:]) == ["0", "i2v", "3"]


def test_one_video_will_do():
    videos = [script(f"{number}", Submit(fields=FIELDS), Download()) for number in range(3)]
    assert chosen(*videos) == ["0"]


def test_script_that_exercises_more_for_its_calls_comes_first():
    both = script("both", Download(), rules=("A", "B"))
    assert chosen(script("a", Download()), both) == ["both"]
