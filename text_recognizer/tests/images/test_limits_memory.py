"""Hostile files take little memory and no more time than the largest accepted ones, which take 250 MB."""

import json
import subprocess
import sys
from typing import Any

import pytest

from text_recognizer.tests.images import hostile_files
from text_recognizer.tests.repository import ROOT

if sys.platform != "linux":
    pytest.skip("memory is measured in /proc", allow_module_level=True)

MAX_MEGABYTES = 250  # issue: over the idle worker, for the worst image
MAX_REFUSED_MEGABYTES = 40  # a file of 8 MB and some copies of it


def measured(part: str) -> Any:
    process = subprocess.run(
        [sys.executable, "-m", "text_recognizer.tests.images.costs", part],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stderr[-2000:]
    return json.loads(process.stdout)


@pytest.fixture(scope="module")
def costs() -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = measured("each_file")
    return found


@pytest.mark.parametrize("name", hostile_files.FILES)
def test_hostile_file_is_cheap(name: str, costs: dict[str, dict[str, float]]) -> None:
    assert costs[name]["status"] == hostile_files.FILES[name][0]
    assert costs[name]["megabytes"] <= MAX_REFUSED_MEGABYTES
    assert costs[name]["seconds"] <= max(costs[largest]["seconds"] for largest in hostile_files.LARGEST)


@pytest.mark.parametrize("name", hostile_files.LARGEST)
def test_largest_accepted_file_fits(name: str, costs: dict[str, dict[str, float]]) -> None:
    assert costs[name]["status"] == 200
    assert costs[name]["megabytes"] <= MAX_MEGABYTES


def test_memory_after_200_failing_images_is_that_before() -> None:
    once, after = measured("many_failures")
    assert after <= 1.1 * once
