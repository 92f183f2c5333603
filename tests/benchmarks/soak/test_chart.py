"""What is drawn of a run."""

from xml.etree import ElementTree as ET

from benchmarks.soak.chart import as_svg, path
from benchmarks.soak.scale import even, tenfold, until
from benchmarks.soak.verdict import checks
from tests.benchmarks.soak.runs import run, sample

SVG = "{http://www.w3.org/2000/svg}"


def drawn(of):
    return ET.fromstring(as_svg(of, checks(of)))


def words(svg):
    return ["".join(text.itertext()) for text in svg.iter(f"{SVG}text")]


def test_chart_names_every_panel_with_its_unit():
    found = words(drawn(run([sample(at) for at in range(1, 101)])))

    titles = ("MemoryMB", "Latency as clients see itms", "Descriptors and threadsopen")
    assert {*titles, "Processor time% of one", "Jobsa second"} <= {*found}


def test_chart_says_whether_the_run_was_flat():
    samples = [sample(at) for at in range(1, 101)]

    assert "Soak of wan-mock: flat" in words(drawn(run(samples)))
    assert "Soak of wan-mock: not flat" in words(drawn(run(samples, left=100)))


def test_chart_tells_each_bound():
    of = run([sample(at) for at in range(1, 101)])

    found = " ".join(words(drawn(of)))

    assert all(check.bound in found for check in checks(of))


def test_line_is_broken_where_a_value_is_missing():
    points = [(0, 0.0), (5, 10.0), (7, None), (10, 5.0)]

    assert path(points, even(10), 10) == "M0.0 150.0L350.0 0.0M700.0 75.0"


def test_even_axis_ends_in_a_round_number():
    assert [*even(123).ticks] == [0, 50, 100, 150]
    assert [*even(0).ticks] == [0, 1]


def test_axis_may_end_where_the_values_do():
    scale = until(3.2)

    assert [*scale.ticks] == [0, 1, 2, 3]
    assert scale.share(3.2) == 1


def test_tenfold_axis_holds_all_values():
    scale = tenfold([0.4, 31])

    assert [*scale.ticks] == [0.1, 1, 10, 100]
    assert round(scale.share(1), 3) == 0.333
