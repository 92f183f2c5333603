"""Settings from flags, environment and file."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from mock_server.options import settings_from, with_settings
from mock_server.settings import Settings

Chosen = Callable[..., Settings]


@pytest.fixture
def chosen() -> Chosen:
    """Return a function that gives the settings for some flags and an environment."""

    def choose(*flags: str, environ: dict[str, str] | None = None) -> Settings:
        found: list[Settings] = []

        @click.command()
        @with_settings
        def command(**options: Any) -> None:
            found.append(settings_from(options))

        result = CliRunner().invoke(command, flags, env=environ or {}, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return found[0]

    return choose


def refused(*flags: str) -> str:
    @click.command()
    @with_settings
    def command(**options: Any) -> None:
        settings_from(options)

    result = CliRunner().invoke(command, flags, catch_exceptions=False)
    assert result.exit_code == 2
    return result.output


def test_nothing_chosen_means_the_defaults(chosen: Chosen):
    assert chosen() == Settings()


def test_flag_beats_environment_beats_file_beats_preset(chosen: Chosen, tmp_path: Path):
    file = tmp_path / "wan-mock.toml"
    file.write_text('latency = "1"\nbalance = "1"\nclock = "real"\npreset = "ci"\n')
    environ = {"WAN_MOCK_LATENCY": "2", "WAN_MOCK_BALANCE": "2", "WAN_MOCK_CONFIG": str(file)}

    settings = chosen("--latency", "3", environ=environ)

    assert (settings.latency, settings.balance, settings.clock) == ("3", "2", "real")


@pytest.mark.parametrize(
    ("preset", "settings"),
    [
        ("dev", Settings()),
        ("ci", Settings(clock="skip", balance="unlimited")),
        ("live-like", Settings(latency="realistic", clock="real", rpm=None)),
    ],
)
def test_presets(chosen: Chosen, preset: str, settings: Settings):
    assert chosen("--preset", preset) == settings


def test_policies_come_from_flags_the_environment_and_a_table(chosen: Chosen, tmp_path: Path):
    file = tmp_path / "wan-mock.toml"
    file.write_text("[policy]\nsubmit_status = 200\nseed_range = 'accept'\n")
    both = {"submit_status": "200", "seed_range": "accept"}

    assert chosen("--policy", "submit_status=200", "--policy", "seed_range=accept").policies == both
    assert (
        chosen(environ={"WAN_MOCK_POLICY": "submit_status=200 seed_range=accept"}).policies == both
    )
    assert chosen("--config", str(file)).policies == both


def test_dashes_and_underscores_in_a_file_are_the_same(chosen: Chosen, tmp_path: Path):
    file = tmp_path / "wan-mock.toml"
    file.write_text("no-control = true\nmax_body = 1000\n")

    settings = chosen("--config", str(file))

    assert (settings.control, settings.max_body) == (False, 1000)


def test_a_file_with_an_unknown_setting_is_refused(tmp_path: Path):
    file = tmp_path / "wan-mock.toml"
    file.write_text("prot = 1\n")

    assert "'prot' is not a setting" in refused("--config", str(file))


@pytest.mark.parametrize("name", ["media-folder", "keys"])
def test_path_in_the_file_is_a_string(tmp_path, name):
    file = tmp_path / "wan-mock.toml"
    file.write_text(f"{name} = 5")

    assert f"{name.replace('-', '_')} = 5 is not a path" in refused("--config", str(file))


def test_keys_are_read_one_a_line(chosen: Chosen, tmp_path: Path):
    file = tmp_path / "keys"
    file.write_text("# ours\nsk-empiriolabs-a\n\n sk-empiriolabs-b.ci \n")

    assert chosen("--keys", str(file)).keys == {"sk-empiriolabs-a", "sk-empiriolabs-b.ci"}


def test_a_file_without_keys_is_refused(tmp_path: Path):
    file = tmp_path / "keys"
    file.write_text("# none yet\n")

    assert "has no key" in refused("--keys", str(file))


def test_a_file_that_is_not_text_is_refused(tmp_path: Path):
    file = tmp_path / "keys"
    file.write_bytes(b"\xff\xfe\x00")

    assert "cannot be read" in refused("--keys", str(file))
