"""The folder of a report."""

import pytest

from contracts.reports.folder import FolderError, replays, write, write_reports
from tests.contracts.reports.conftest import AT, STARTED, finished

FORMS = {"report.html", "report.json", "junit.xml", "exchanges.har"}


def names(folder):
    return {path.name for path in folder.iterdir()}


def test_every_form_and_replay_is_written(tmp_path, contract, events):
    folder = tmp_path / "a" / "b"

    assert [*write_reports(events, folder, contract, AT)] == events
    assert names(folder) == FORMS | {
        *("replay-1.sh", "replay-2.sh", "test_replay_1.py", "test_replay_2.py")
    }
    assert all(path.stat().st_size for path in folder.iterdir())
    assert (folder / "replay-1.sh").stat().st_mode & 0o111 == 0o111


def test_replays_of_an_earlier_report_are_taken_away(tmp_path, contract, events):
    [*write_reports(events, tmp_path, contract, AT)]
    (tmp_path / "replay-mine.sh").write_text("kept")
    [*write_reports([STARTED, finished(contract)], tmp_path, contract, AT)]

    assert names(tmp_path) == FORMS | {"replay-mine.sh"}


def test_run_that_breaks_off_leaves_a_report(tmp_path, contract, broken):
    def events():
        yield STARTED
        yield broken
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        [*write_reports(events(), tmp_path, contract, AT)]

    assert names(tmp_path) >= FORMS


def test_run_that_never_began_leaves_none(tmp_path, contract, broken):
    [*write_reports([broken], tmp_path, contract, AT)]

    assert names(tmp_path) == set()


def test_folder_that_cannot_be_made_is_told_before_the_run(tmp_path, contract):
    (tmp_path / "file").write_text("")

    with pytest.raises(FolderError, match=r"/file/a: Not a directory; another --report-dir"):
        next(write_reports(iter([STARTED]), tmp_path / "file" / "a", contract, AT))


def test_file_that_cannot_be_written_is_told(tmp_path, report):
    (tmp_path / "report.html").mkdir()

    with pytest.raises(FolderError, match=r"report\.html: Is a directory"):
        write(report, tmp_path)


def test_names_of_replays_are_those_that_are_written(tmp_path, contract, events):
    [*write_reports(events, tmp_path, contract, AT)]

    assert {*replays(tmp_path, 2)} <= {str(path) for path in tmp_path.iterdir()}
