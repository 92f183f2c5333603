"""What builds the image and runs it, with stand-ins for the programs that it finds on a machine."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SAY = '#!/bin/sh\necho "${0##*/}" "$@"\n'
FAIL = "#!/bin/sh\nexit 1\n"


@pytest.fixture
def image(tmp_path):
    """Return a function that runs the script where docker and podman are the given programs."""

    def run(*arguments, docker=FAIL, podman=FAIL, **environment):
        for name, program in (("docker", docker), ("podman", podman), ("builder", SAY)):
            (tmp_path / name).write_text(program)
            (tmp_path / name).chmod(0o755)
        return subprocess.run(
            [ROOT / "deploy" / "image", *arguments],
            check=False,
            capture_output=True,
            text=True,
            env={"PATH": f"{tmp_path}:{os.defpath}", **environment},
        )

    return run


def test_client_without_a_daemon_does_not_build(image):
    built = image("build", "wan-mock", IMAGE_BUILDER="builder")

    assert (built.returncode, built.stdout) == (0, f"builder {ROOT} wan-mock\n")


def test_docker_builds_where_it_works(image):
    built = image("build", "wan-mock", docker=SAY, podman=SAY, IMAGE_BUILDER="builder")

    assert built.stdout == f"docker build --tag wan-mock {ROOT}\n"


def test_podman_builds_an_image_that_has_a_health_check(image):
    built = image("build", "wan-mock", podman=SAY)

    assert built.stdout == f"podman build --format docker --tag wan-mock {ROOT}\n"


def test_machine_that_cannot_build_is_told_so_in_one_line(image):
    built = image("build", "wan-mock")

    assert (built.returncode, built.stdout) == (2, "")
    assert built.stderr.startswith("deploy/image: neither docker nor podman works here")
    assert built.stderr.count("\n") == 1


def test_process_in_the_image_may_write_to_temporary_files_only(image):
    ran = image("run", "wan-mock", "serve", docker=SAY, WAN_MOCK_PORT="8100")

    assert ran.stdout == (
        "docker run --rm --network host --read-only --cap-drop ALL --security-opt no-new-privileges "
        "--tmpfs /tmp --env WAN_MOCK_PORT wan-mock serve\n"
    )


def test_podman_gives_no_folder_that_was_not_asked_for(image):
    ran = image("run", "--without-tmp", "--entrypoint", "sh", "wan-mock", podman=SAY)

    assert "--tmpfs" not in ran.stdout
    assert ran.stdout.endswith("--entrypoint sh --read-only-tmpfs=false wan-mock\n")


@pytest.mark.parametrize(
    "arguments", [[], ["fly"], ["build"], ["run"], ["run", "--fly", "wan-mock"]]
)
def test_wrong_usage_is_one_line_and_no_success(image, arguments):
    ran = image(*arguments, docker=SAY)

    assert ran.returncode != 0
    assert ran.stderr.count("\n") == 1
