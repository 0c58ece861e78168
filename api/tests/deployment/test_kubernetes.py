"""The manifests for Kubernetes fit each other, the image and the service."""

from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from api.config import ApiConfig
from api.metrics import Metrics
from text_recognizer.tests.repository import ROOT

FOLDER = ROOT / "api" / "deployment" / "kubernetes"
LABELS = {"app.kubernetes.io/name": "text-recognizer"}


def manifest(name: str) -> dict[str, Any]:
    values: dict[str, Any] = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return values


DEPLOYMENT = manifest("deployment")["spec"]
POD = DEPLOYMENT["template"]["spec"]
CONTAINER = POD["containers"][0]
ENVIRONMENT = {entry["name"]: entry["value"] for entry in CONTAINER["env"]}
PORTS = {port["name"]: port["containerPort"] for port in CONTAINER["ports"]}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_all_have_one_name_and_label(path: Path) -> None:
    metadata = manifest(path.stem)["metadata"]
    assert (metadata["name"], metadata["labels"]) == ("text-recognizer", LABELS)


def test_selectors_find_the_pods() -> None:
    assert DEPLOYMENT["template"]["metadata"]["labels"] == LABELS
    assert DEPLOYMENT["selector"]["matchLabels"] == LABELS
    assert manifest("service")["spec"]["selector"] == LABELS
    assert manifest("disruption-budget")["spec"]["selector"]["matchLabels"] == LABELS
    assert manifest("network-policy")["spec"]["podSelector"]["matchLabels"] == LABELS
    assert manifest("autoscaler")["spec"]["scaleTargetRef"]["name"] == "text-recognizer"
    assert "replicas" not in DEPLOYMENT, "the autoscaler decides"


def test_the_pod_is_unprivileged_and_read_only() -> None:
    assert POD["securityContext"]["runAsNonRoot"]
    assert not POD["automountServiceAccountToken"]
    own = CONTAINER["securityContext"]
    assert own["readOnlyRootFilesystem"]
    assert not own["allowPrivilegeEscalation"]
    assert own["capabilities"] == {"drop": ["ALL"]}
    user = POD["securityContext"]["runAsUser"]
    assert f"USER {user}:{POD['securityContext']['runAsGroup']}" in (ROOT / "api" / "Dockerfile").read_text()
    assert {mount["name"] for mount in CONTAINER["volumeMounts"]} == {v["name"] for v in POD["volumes"]}


def test_the_settings_are_those_of_the_service() -> None:
    config = ApiConfig.from_environment(ENVIRONMENT)
    assert config.workers == int(CONTAINER["resources"]["requests"]["cpu"])
    assert config.probe_port == PORTS["probes"]
    assert config.port == PORTS["http"]
    pause = 5  # of preStop
    assert POD["terminationGracePeriodSeconds"] >= 2 * config.request_timeout + pause
    places = config.workers * (config.queue_size + 1)
    metric = manifest("autoscaler")["spec"]["metrics"][0]["pods"]
    assert config.workers <= int(metric["target"]["averageValue"]) < places
    assert metric["metric"]["name"] in Path(Metrics.__init__.__code__.co_filename).read_text()


def test_ports_are_named_where_they_are_used() -> None:
    assert manifest("service")["spec"]["ports"][0]["targetPort"] in PORTS
    probes = [CONTAINER[name]["httpGet"] for name in ("startupProbe", "readinessProbe", "livenessProbe")]
    assert {probe["port"] for probe in probes} == {"probes"}
    policy = manifest("network-policy")["spec"]
    assert [rule["ports"][0]["port"] for rule in policy["ingress"]] == ["http", "probes"]
    assert policy["egress"] == []
