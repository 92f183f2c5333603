"""A state that cannot be opened is told in one line that says what would do."""

import subprocess
import sys

import pytest

from mock_server.app import create_app
from mock_server.settings import Settings, SettingsError, shown
from mock_server.storage import Storage


def test_file_where_the_folder_of_files_would_be_is_told(tmp_path):
    (tmp_path / "state.db-files").touch()

    with pytest.raises(SettingsError, match=r"state=.*state\.db-files: File exists"):
        create_app(Settings(state=f"sqlite:{tmp_path / 'state.db'}"))


def test_folder_that_is_missing_is_the_one_that_is_named(tmp_path):
    with pytest.raises(SettingsError, match=r"state=.*': .*/no/such: No such file or directory$"):
        create_app(Settings(state=f"sqlite:{tmp_path / 'no/such/state.db'}"))


def test_other_settings_are_told_with_both_values(place):
    create_app(Settings(state=place, seed=1, rpm=5))

    with pytest.raises(SettingsError, match=r"was made with rpm=5 and not 0, seed=1 and not 0; "):
        create_app(Settings(state=place))


def test_balance_is_told_in_dollars(place):
    create_app(Settings(state=place, balance="unlimited"))

    with pytest.raises(SettingsError, match=r"made with balance='unlimited' and not '5\.00'"):
        create_app(Settings(state=place, balance=5))


def test_settings_of_this_process_alone_may_differ(place):
    create_app(Settings(state=place, port=1, control=False))
    create_app(Settings(state=place, port=2))


def test_redis_that_is_not_there_is_told(own_server):
    place = own_server.new_database()
    own_server.stop()

    with pytest.raises(SettingsError, match=r"state=.*refused"):
        create_app(Settings(state=place))
    own_server.start()


def test_storage_of_ones_own_is_used(state_of, tmp_path):
    with Storage(tmp_path) as storage:
        create_app(Settings(state=state_of("redis")), storage=storage)


def test_library_that_is_missing_is_named_with_what_would_do():
    program = """
import sys
sys.modules["redis"] = None
from mock_server.app import create_app
from mock_server.settings import Settings
create_app(Settings(state="redis://127.0.0.1/0"))
"""
    ran = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True
    )

    assert ran.returncode == 1
    assert "pip install 'wan-mock[redis]' would do" in ran.stderr.splitlines()[-1]


def test_password_of_a_state_is_not_told():
    assert shown("redis://me:se:cr@et@host:6379/0") == "redis://[redacted]@host:6379/0"
    assert shown("redis://host:6379/0?password=secret") == "redis://host:6379/0?[redacted]"
    assert shown("redis:/me:secret@host/0") == "redis:[redacted]@host/0"
    assert shown("sqlite:/a/b:c@d?e.db") == "sqlite:/a/b:c@d?e.db"
    with pytest.raises(SettingsError, match=r"state='redis://\[redacted\]@host/two' is not one of"):
        Settings(state="redis://me:secret@host/two")
    assert shown("redis://host:6379/0") == "redis://host:6379/0"
