"""Dockerfile, compose file, Kubernetes manifest and workflow: well formed, and of one mind with the emulator."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from contracts.document import load
from mock_server import __version__
from mock_server.cli import cli
from mock_server.options import PRESETS
from mock_server.settings import Settings

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
COMPOSE, KUBERNETES, WORKFLOW = (
    ROOT / name
    for name in ("compose.yaml", "deploy/kubernetes.yaml", "examples/github-actions.yml")
)
PORT = Settings().port
USER = 65532


def instructions(name):
    return re.findall(rf"^{name} +(.*)$", DOCKERFILE, flags=re.MULTILINE)


def documents(path):
    return [*yaml.safe_load_all(path.read_text(encoding="utf-8"))]


@pytest.fixture
def service():
    (document,) = documents(COMPOSE)
    return document["services"]["wan-mock"]


@pytest.fixture
def pod():
    (deployment,) = [each for each in documents(KUBERNETES) if each["kind"] == "Deployment"]
    return deployment["spec"]["template"]["spec"]


@pytest.fixture
def container(pod):
    (container,) = pod["containers"]
    return container


@pytest.fixture
def job():
    (document,) = documents(WORKFLOW)
    return document["jobs"]["test"]


@pytest.mark.parametrize(
    ("schema", "path"), [("compose-spec", COMPOSE), ("github-workflows", WORKFLOW)]
)
def test_files_are_valid_by_the_schemas_of_their_tools(schema, path):
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}"]
    checked = subprocess.run([*command, path], check=False, capture_output=True, text=True)

    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_base_images_are_named_plainly():
    """Builders without a daemon read these lines by themselves."""
    stages = {line.split()[2] for line in instructions("FROM") if " AS " in line}

    assert all(re.fullmatch(r"[\w.:/-]+( AS \w+)?", line) for line in instructions("FROM"))
    assert {line.split()[0] for line in instructions("FROM")} - stages == {"python:3.13-slim"}


def test_image_serves_on_every_address_unless_told_otherwise():
    assert json.loads(instructions("ENTRYPOINT")[0]) == ["wan-mock"]
    assert json.loads(instructions("CMD")[0]) == ["serve", "--host", "0.0.0.0"]
    assert instructions("EXPOSE") == [str(PORT)]
    assert instructions("USER") == [f"{USER}:{USER}"]


def test_image_and_manifests_name_the_version_of_the_package(container, job):
    (labels,) = instructions("LABEL")
    images = {container["image"], job["services"]["wan-mock"]["image"]}

    assert f'org.opencontainers.image.version="{__version__}"' in labels
    assert {image.partition(":")[2] for image in images} == {__version__}


def test_health_check_is_a_command_of_files_in_the_image():
    (check,) = instructions("HEALTHCHECK")
    program, *_, script = json.loads(check.partition(" CMD ")[2])

    assert program == "python"
    assert f"COPY deploy/livez.py {script}" in DOCKERFILE


def test_build_gets_every_file_that_it_copies():
    let_in = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    forced = re.findall(r'^"(fixtures/\w+)" = ', project, flags=re.MULTILINE)

    assert forced
    assert {"*", "!pyproject.toml", "!contracts", "!mock_server", "!deploy/livez.py"} <= {*let_in}
    assert {f"!{folder}" for folder in forced} <= {*let_in}


def test_ports_are_those_of_the_image(service, container, job):
    (published,) = service["ports"]
    _, exposed = documents(KUBERNETES)

    assert published == f"127.0.0.1:{PORT}:{PORT}"
    assert container["ports"] == [{"name": "http", "containerPort": PORT}]
    assert exposed["spec"]["ports"] == [{"name": "http", "port": PORT, "targetPort": "http"}]
    assert job["services"]["wan-mock"]["ports"] == [f"{PORT}:{PORT}"]
    assert job["env"]["EMPIRIOLABS_BASE_URL"] == f"http://localhost:{PORT}"


def test_variables_are_settings_of_serve(service, container, job):
    """A variable of another name would do nothing, and nobody would hear of it."""
    known = {option.envvar for option in cli.commands["serve"].params}
    named = [
        service["environment"],
        {entry["name"]: entry.get("value") for entry in container["env"]},
        job["services"]["wan-mock"]["env"],
    ]

    assert all(names.keys() <= known for names in named)
    presets = [re.sub(r"\$\{\w+:-(\w+)\}", r"\1", names["WAN_MOCK_PRESET"]) for names in named]
    assert set(presets) <= PRESETS.keys()


def test_page_on_containers_names_settings_that_there_are():
    page = (ROOT / "docs" / "container.md").read_text(encoding="utf-8")
    named = {*re.findall(r"WAN_MOCK_[A-Z_]+", page)}

    assert named
    assert named <= {option.envvar for option in cli.commands["serve"].params}


def test_probes_ask_what_answers_without_a_key(container):
    open_paths = {each.path for each in load().api.operations.values() if each.key == "none"}
    probes = [container[f"{kind}Probe"] for kind in ("startup", "readiness", "liveness")]

    assert {probe["httpGet"]["path"] for probe in probes} <= open_paths
    assert {probe["httpGet"]["port"] for probe in probes} == {"http"}


def test_kubernetes_names_no_variable_like_a_setting(pod):
    """Links to a service wan-mock would set WAN_MOCK_PORT to tcp://…, and the emulator would not start."""
    assert pod["enableServiceLinks"] is False


def test_nothing_can_be_written_but_temporary_files(service, pod, container, job):
    options = job["services"]["wan-mock"]["options"]

    assert service["read_only"] is True
    assert service["tmpfs"] == ["/tmp"]
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert [mount["mountPath"] for mount in container["volumeMounts"]] == ["/tmp"]
    assert [volume["name"] for volume in pod["volumes"]] == [container["volumeMounts"][0]["name"]]
    assert "--read-only --tmpfs /tmp" in options


def test_nothing_runs_with_more_rights_than_it_needs(service, pod, container, job):
    assert service["cap_drop"] == container["securityContext"]["capabilities"]["drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert container["securityContext"]["allowPrivilegeEscalation"] is False
    assert (pod["securityContext"]["runAsNonRoot"], pod["securityContext"]["runAsUser"]) == (
        True,
        USER,
    )
    assert "--cap-drop ALL" in job["services"]["wan-mock"]["options"]


def test_selectors_find_what_they_name():
    deployment, service = documents(KUBERNETES)
    labels = deployment["spec"]["template"]["metadata"]["labels"]

    assert deployment["spec"]["selector"]["matchLabels"] == labels
    assert service["spec"]["selector"] == labels
    assert deployment["spec"]["replicas"] == 1
