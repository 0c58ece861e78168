"""The bill of materials lists what is installed, what wheels bundle, and the models; reproducibly."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from api.deployment import sbom
from text_recognizer.tests.repository import ROOT

WEIGHTS = ROOT / "text_recognizer" / "weights"


def install(folder: Path, name: str, version: str, *lines: str) -> Path:
    info = folder / f"{name}-{version}.dist-info"
    (info / "sboms").mkdir(parents=True)
    head = f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\n"
    (info / "METADATA").write_text(head + "".join(f"{line}\n" for line in lines))
    (info / "RECORD").write_text(f"{info.name}/METADATA,,\n{info.name}/sboms/auditwheel.cdx.json,,\n")
    (info / "sboms" / "auditwheel.cdx.json").write_text('{"components": []}')
    return info


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    folder = tmp_path / "packages"
    lines = ("License-Expression: MIT", "Requires-Dist: b_b>=2", 'Requires-Dist: c; extra == "x"')
    info = install(folder, "A.A", "1.0", *lines)
    libraries = [{"type": "library", "name": "libtiff", "version": "4.7.2"}] * 2
    (info / "sboms" / "auditwheel.cdx.json").write_text(json.dumps({"components": libraries}))
    install(folder, "b-b", "2.5")
    install(folder, "c", "3")
    install(folder, "text_recognizer", "0.1.0")
    return folder


@pytest.fixture
def bill(packages: Path) -> dict[str, Any]:
    return sbom.bill_of_materials(packages, WEIGHTS)


def test_packages_have_name_version_address_and_licence(bill: dict[str, Any]) -> None:
    listed = [each for each in bill["components"] if "purl" in each]
    assert [each["purl"] for each in listed] == ["pkg:pypi/a-a@1.0", "pkg:pypi/b-b@2.5", "pkg:pypi/c@3"]
    assert listed[0]["licenses"] == [{"expression": "MIT"}]
    assert bill["metadata"]["component"]["name"] == "text-recognizer"


def test_libraries_in_wheels_are_listed_once(bill: dict[str, Any]) -> None:
    found = [each for each in bill["components"] if each["name"] == "libtiff"]
    assert [(each["version"], each["bom-ref"]) for each in found] == [
        ("4.7.2", "pkg:pypi/a-a@1.0#libtiff@4.7.2")
    ]


def test_models_are_listed_with_their_digests(bill: dict[str, Any]) -> None:
    models = {each["name"]: each for each in bill["components"] if each["type"] == "machine-learning-model"}
    assert models.keys() == {path.parent.name for path in WEIGHTS.glob("*/manifest.json")}
    assert all(re.fullmatch("[0-9a-f]{64}", each["hashes"][0]["content"]) for each in models.values())


def test_dependencies_are_those_that_are_installed_and_no_extras(bill: dict[str, Any]) -> None:
    needed = {each["ref"]: each["dependsOn"] for each in bill["dependencies"]}
    assert needed["pkg:pypi/a-a@1.0"] == ["pkg:pypi/b-b@2.5"]
    assert needed["pkg:pypi/b-b@2.5"] == []
    references = {each["bom-ref"] for each in bill["components"]} | {"text-recognizer"}
    assert needed.keys() <= references
    assert all(set(each) <= references for each in needed.values())


def test_the_same_content_gives_the_same_bill(packages: Path, bill: dict[str, Any]) -> None:
    assert sbom.bill_of_materials(packages, WEIGHTS) == bill
    install(packages, "d", "4")
    assert sbom.bill_of_materials(packages, WEIGHTS)["serialNumber"] != bill["serialNumber"]


def test_form_is_that_of_cyclonedx(bill: dict[str, Any]) -> None:
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", bill["serialNumber"])
    references = [each["bom-ref"] for each in bill["components"]]
    assert len(references) == len(set(references))


def test_the_command_writes_what_this_python_has(tmp_path: Path) -> None:
    output = tmp_path / "new" / "sbom.json"
    command = [sys.executable, "-m", "api.deployment.sbom", "--output", str(output)]
    subprocess.run(command, cwd=ROOT, check=True)
    bill = json.loads(output.read_text())
    assert {"numpy", "pillow", "onnxruntime"} <= {each["name"] for each in bill["components"]}
