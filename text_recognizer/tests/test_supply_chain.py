"""What is built from is pinned, updated, audited and listed; what threatens it is written down and tested."""

import re
from pathlib import Path

import pytest

from text_recognizer.tests.repository import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
DOCKERFILE = ROOT / "api" / "Dockerfile"
THREATS = (ROOT / "docs" / "threats.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_by_digest_and_say_which_version_that_is(workflow: Path) -> None:
    uses = re.findall(r"uses: (.*)", workflow.read_text(encoding="utf-8"))
    assert uses
    assert [line for line in uses if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)] == []


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_may_only_read_the_repository(workflow: Path) -> None:
    text = workflow.read_text(encoding="utf-8")
    assert re.findall(r"^permissions:\n((?:  .*\n)+)", text, re.MULTILINE) == ["  contents: read\n"]
    assert "pull_request_target" not in text


def test_the_base_image_is_pinned_by_digest() -> None:
    stages = re.findall(r"^FROM (\S+)(?: AS (\S+))?", DOCKERFILE.read_text(encoding="utf-8"), re.MULTILINE)
    names = {name for _, name in stages}
    foreign = [image for image, _ in stages if image not in names]
    assert len(foreign) == 1
    assert re.fullmatch(r"\S+/\S+:\S+@sha256:[0-9a-f]{64}", foreign[0])


def test_updates_are_proposed_for_all_that_is_pinned() -> None:
    config = (ROOT / ".github" / "dependabot.yml").read_text(encoding="utf-8")
    updates = re.findall(r"package-ecosystem: (\S+)(?: #.*)?\n    directory: (\S+)\n", config)
    assert updates == [("pip", "/"), ("pip", "/api/deployment"), ("github-actions", "/"), ("docker", "/api")]
    assert config.count("interval: weekly") == len(updates)


def test_the_audit_runs_with_every_change_and_every_week() -> None:
    text = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    assert "run: tasks/audit.sh\n" in text
    assert all(event in text for event in ("  push:\n", "  pull_request:\n", "  schedule:\n    - cron: "))


def test_every_build_makes_a_bill_of_materials() -> None:
    builds = ("tasks/build_wheel.sh", "api/deployment/lambda_zip.py", "api/Dockerfile")
    assert all("sbom" in (ROOT / name).read_text(encoding="utf-8") for name in builds)
    assert DOCKERFILE.read_text(encoding="utf-8").count("-m api.deployment.sbom") == 2  # one for each image


def test_every_threat_has_a_defence_and_a_test_that_exist() -> None:
    rows = [line.split("|")[1:-1] for line in THREATS.splitlines() if line.startswith("| ")][1:]
    assert len(rows) >= 15
    for asset, attack, defence, test in rows:
        assert asset.strip()
        assert attack.strip()
        named = re.findall(r"`([\w./-]+\.\w+|[\w./]+/)`", defence)
        tests = re.findall(r"`([\w./]+\.py)`", test)
        assert named, attack
        assert tests, attack
        assert [name for name in named + tests if not (ROOT / name).exists()] == []
        assert all(Path(name).name.startswith("test_") for name in tests)


def test_the_policy_says_what_is_promised_how_to_report_and_what_is_supported() -> None:
    policy = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    headings = {"## What is promised", "## Supported versions", "## Report a vulnerability"}
    assert headings <= set(policy.splitlines())
