"""Several emulators behind nginx, by compose and by Kubernetes: of one mind with each other and with the emulator."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from benchmarks import nginx
from contracts.document import load
from mock_server import __version__
from mock_server.cli import cli
from mock_server.options import PRESETS
from mock_server.settings import Settings

DEPLOY = Path(__file__).parents[2] / "deploy"
COMPOSE, KUBERNETES = DEPLOY / "compose-scaled.yaml", DEPLOY / "kubernetes-scaled.yaml"
TEMPLATE = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
PORT = Settings().port
WORKLOADS = {"Deployment", "StatefulSet"}


def seconds(text):
    return int(text.removesuffix("s"))


@pytest.fixture(scope="module")
def services():
    return yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]


@pytest.fixture(scope="module")
def documents():
    return [*yaml.safe_load_all(KUBERNETES.read_text(encoding="utf-8"))]


@pytest.fixture(scope="module")
def workloads(documents):
    """What runs in Kubernetes, by the part that it plays."""
    found = [each for each in documents if each["kind"] in WORKLOADS]
    return {each["metadata"]["labels"]["app.kubernetes.io/component"]: each for each in found}


@pytest.fixture(scope="module")
def pods(workloads):
    return {part: each["spec"]["template"]["spec"] for part, each in workloads.items()}


@pytest.fixture(scope="module")
def containers(pods):
    return {part: pod["containers"][0] for part, pod in pods.items()}


@pytest.fixture(scope="module")
def environments(services, containers):
    """The variables of emulator and nginx, those of compose and those of Kubernetes."""
    of_pods = {
        part: {entry["name"]: entry.get("value") for entry in container.get("env", ())}
        for part, container in containers.items()
    }
    return {
        "emulator": [services["wan-mock"]["environment"], of_pods["emulator"]],
        "nginx": [services["nginx"]["environment"], of_pods["nginx"]],
    }


def test_compose_file_is_valid_by_its_schema():
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    checked = subprocess.run([*command, COMPOSE], check=False, capture_output=True, text=True)

    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_variables_are_settings_of_serve(environments):
    known = {option.envvar for option in cli.commands["serve"].params}

    for names in environments["emulator"]:
        assert names.keys() <= known
        assert re.sub(r"\$\{\w+:-(\w+)\}", r"\1", names["WAN_MOCK_PRESET"]) in PRESETS


def test_state_is_the_redis_of_the_same_file(services, documents, environments):
    for names, known in zip(
        environments["emulator"],
        ({*services}, {each["metadata"]["name"] for each in documents}),
        strict=True,
    ):
        host, _, port = names["WAN_MOCK_STATE"].removeprefix("redis://").partition(":")

        assert Settings(state=names["WAN_MOCK_STATE"]).state == names["WAN_MOCK_STATE"]
        assert host in known
        assert port == "6379/0"


def test_redis_keeps_what_it_acknowledged(services, containers):
    kept = ["--appendonly", "yes", "--appendfsync", "everysec"]

    for words in (services["redis"]["command"], containers["redis"]["args"]):
        place = words.index("--appendonly")
        assert words[place : place + 4] == kept
    assert services["redis"]["volumes"] == ["redis:/data"]
    assert containers["redis"]["volumeMounts"] == [{"name": "data", "mountPath": "/data"}]


def test_there_is_one_redis_and_there_are_several_emulators(services, workloads):
    assert workloads["redis"]["spec"]["replicas"] == 1
    assert "deploy" not in services["redis"]
    assert workloads["emulator"]["spec"]["replicas"] == 4
    assert services["wan-mock"]["deploy"]["replicas"] == 4


def test_emulators_wait_longer_than_nginx_keeps_an_idle_connection(
    services, pods, containers, environments
):
    (idle,) = map(seconds, re.findall(r"keepalive_timeout (\w+);", TEMPLATE))
    drains = [float(names["WAN_MOCK_DRAIN"]) for names in environments["emulator"]]
    (slept,) = re.findall(
        r"sleep\((\d+)\)", containers["emulator"]["lifecycle"]["preStop"]["exec"]["command"][2]
    )

    assert idle < 5  # seconds, for which uvicorn keeps one
    assert all(idle < drain for drain in drains)
    assert drains[0] < seconds(services["wan-mock"]["stop_grace_period"])
    assert int(slept) + drains[1] < pods["emulator"]["terminationGracePeriodSeconds"]


def test_both_have_the_configuration_of_nginx_as_it_is(services, documents, containers):
    (config,) = [each for each in documents if each["kind"] == "ConfigMap"]
    target = "/etc/nginx/templates/default.conf.template"

    assert config["data"] == {"default.conf.template": TEMPLATE}
    assert services["nginx"]["volumes"] == [f"./nginx.conf:{target}:ro"]
    assert str(Path(target).parent) in [
        mount["mountPath"] for mount in containers["nginx"]["volumeMounts"]
    ]


def test_configuration_has_no_variable_that_is_not_given(environments):
    asked = {*re.findall(r"\$\{(\w+)\}", TEMPLATE)}

    for names in environments["nginx"]:
        given = {name for name in names if re.search(names["NGINX_ENVSUBST_FILTER"], name)}
        assert given == asked


def test_nginx_asks_the_emulators_by_a_name_that_is_there(services, documents, environments):
    ((composed, _), (deployed, _)) = hosts = [
        found
        for names in environments["nginx"]
        for found in re.findall(r"server ([^:]+):(\d+) ", names["PROXY_NODES"])
    ]
    headless = [
        each["metadata"]["name"]
        for each in documents
        if each["kind"] == "Service" and each["spec"].get("clusterIP") == "None"
    ]

    assert {int(port) for _, port in hosts} == {PORT}
    assert composed in services
    assert [deployed.partition(".")[0]] == headless


def test_nginx_never_sends_a_post_twice():
    assert re.findall(r"proxy_next_upstream .*;", TEMPLATE) == [
        "proxy_next_upstream error timeout;"
    ]


def test_nginx_accepts_its_configuration(tool, tmp_path):
    tool("nginx")
    nodes = ["127.0.0.1:1", "127.0.0.1:2"]
    command = nginx.command(tmp_path, nginx.balancer(nodes, host="127.0.0.1", port=PORT))

    tested = subprocess.run([*command, "-t"], check=False, capture_output=True, text=True)

    assert tested.returncode == 0, tested.stderr


def test_only_this_machine_reaches_what_compose_starts(services):
    assert {name: one["ports"] for name, one in services.items() if "ports" in one} == {
        "nginx": [f"127.0.0.1:{PORT}:{PORT}"]
    }


def test_probes_ask_what_answers_without_a_key(containers):
    open_paths = {each.path for each in load().api.operations.values() if each.key == "none"}
    asked = [
        probe["httpGet"]["path"]
        for container in containers.values()
        for name, probe in container.items()
        if name.endswith("Probe") and "httpGet" in probe
    ]

    assert asked
    assert {*asked} <= open_paths


def test_nothing_runs_with_more_rights_than_it_needs(services, pods, containers):
    for service in services.values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
    for part, pod in pods.items():
        context = containers[part]["securityContext"]
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["enableServiceLinks"] is False
        assert context["readOnlyRootFilesystem"] is True
        assert context["capabilities"]["drop"] == ["ALL"]
        assert context["allowPrivilegeEscalation"] is False


def test_selectors_find_what_they_name(documents, workloads):
    labels = {
        part: each["spec"]["template"]["metadata"]["labels"] for part, each in workloads.items()
    }
    exposed = {
        each["metadata"]["name"]: each["spec"]["selector"]["app.kubernetes.io/component"]
        for each in documents
        if each["kind"] == "Service"
    }

    assert all(
        each["spec"]["selector"]["matchLabels"] == labels[part] for part, each in workloads.items()
    )
    assert exposed == {
        "wan-mock": "nginx",
        "wan-mock-emulators": "emulator",
        "wan-mock-redis": "redis",
    }


def test_manifest_names_the_version_of_the_package(containers):
    assert containers["emulator"]["image"].partition(":")[2] == __version__
