"""Pages on a cluster of Ray: rows for all, whole files, a restart; the cluster itself needs the extra ray.

MODELS=1 PAGES=500 BROKEN=25 reads as many pages with the shipped models while an actor is killed, as
docs/scaling.md says.
"""

import importlib.util
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from evaluation.scaling.actors import local_cluster
from text_recognizer.errors import ConfigError, InvalidInputError
from text_recognizer.images.loading import load_image
from text_recognizer.line_predictor import DEFAULT_LINE_MODEL
from text_recognizer.ray.pages import (
    Counts,
    PageActor,
    Reader,
    _absolute,
    done,
    main,
    page_reader,
    recognize_pages,
)
from text_recognizer.tests.tiny_models import draw_page

pytest.importorskip("pyarrow")


def batch(**images: bytes) -> dict[str, Any]:
    return {"path": np.array([*images]), "bytes": np.array([*images.values()], object)}


def read(data: bytes) -> dict[str, Any]:
    if not data:
        raise InvalidInputError("empty")
    return {"text": data.decode(), "confidence": 0.5}


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_a_batch_becomes_one_whole_file_with_a_row_per_image(tmp_path: Path, form: Any) -> None:
    actor = PageActor(str(tmp_path), form, read=read)
    for _ in range(2):  # as Ray repeats what a killed actor has done
        assert actor(batch(a=b"text", b=b"")) == {"pages": [2], "errors": [1]}
    assert actor(batch(c=b"more")) == {"pages": [1], "errors": [0]}
    assert len(list(tmp_path.iterdir())) == 2
    assert done(str(tmp_path), form) == {"a", "b", "c"}
    if form == "jsonl":
        rows = [json.loads(line) for path in tmp_path.iterdir() for line in path.read_text().splitlines()]
        by_image = {row["image"]: row for row in rows}
        assert by_image["a"] == {"image": "a", "text": "text", "confidence": 0.5, "page": "", "error": ""}
        assert by_image["b"]["error"] == "empty"


def test_what_was_not_finished_is_not_done(tmp_path: Path) -> None:
    (tmp_path / ".0123.writing").write_text('{"image": "a"}')
    assert done(str(tmp_path), "jsonl") == set()
    assert done(str(tmp_path / "none"), "jsonl") == set()


def test_addresses_of_buckets_stay_as_they_are() -> None:
    assert _absolute("s3://bucket/folder") == "s3://bucket/folder"
    assert Path(_absolute("folder")).is_absolute()


def test_an_address_that_nothing_speaks_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="cannot be opened.*s3://BUCKET/FOLDER"):
        done("carrier-pigeon://there/in", "jsonl")


@pytest.mark.skipif(importlib.util.find_spec("ray") is not None, reason="Ray is here")
def test_without_ray_the_extra_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ConfigError, match=r"text-recognizer\[ray\]"):
        recognize_pages(str(tmp_path), str(tmp_path / "out"))
    assert main([str(tmp_path), str(tmp_path / "out")]) == 1
    assert "text-recognizer[ray]" in capsys.readouterr().err


@pytest.fixture
def cluster() -> Iterator[None]:
    """Two nodes of two cores each: one for an actor, one for reading."""
    pytest.importorskip("ray", reason="needs ray: pip install -e '.[ray]'")
    with local_cluster(2):
        yield


def rows(output: Path) -> list[dict[str, Any]]:
    """Return all rows of JSON Lines."""
    return [json.loads(line) for file in output.glob("part-*") for line in file.read_text().splitlines()]


def write_pages(folder: Path, count: int, broken: int) -> None:
    """Write pages, of which the first ones are broken in one of two ways."""
    folder.mkdir(parents=True)
    image = io.BytesIO()
    Image.fromarray(draw_page([2])).save(image, "PNG")
    for number in range(count):
        damaged = image.getvalue()[:100] if number % 2 else b"no image"
        (folder / f"{number:05}.png").write_bytes(damaged if number < broken else image.getvalue())


def loaded(data: bytes) -> dict[str, Any]:
    """Load an image instead of reading it."""
    load_image(data)
    return {"text": "read", "confidence": 1.0}


class KilledActor:
    """Reads images; the first actor that comes to its fifth one is killed by SIGKILL."""

    def __init__(self, mark: Path, with_models: bool) -> None:
        self._mark, self._with_models, self._read = mark, with_models, 0
        self._reader: Reader = loaded

    def __call__(self, data: bytes) -> dict[str, Any]:
        if self._with_models and self._reader is loaded:
            self._reader = page_reader(DEFAULT_LINE_MODEL)
        self._read += 1
        if self._read == 5 and not self._mark.exists():
            self._mark.write_text(str(os.getpid()))
            os.kill(os.getpid(), signal.SIGKILL)
        return self._reader(data)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # those of Ray
@pytest.mark.usefixtures("cluster")
def test_a_cluster_reads_all_pages_and_goes_on(tmp_path: Path) -> None:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    write_pages(tmp_path / "in" / "deeper", 6, 1)
    output = tmp_path / "results"
    assert recognize_pages(str(tmp_path / "in"), str(output)) == Counts(5, 1, 0)
    assert len(done(str(output), "jsonl")) == 6
    (tmp_path / "in" / "later.png").write_bytes((tmp_path / "in" / "deeper" / "00005.png").read_bytes())
    assert recognize_pages(str(tmp_path / "in"), str(output)) == Counts(1, 0, 6)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # those of Ray
@pytest.mark.usefixtures("cluster")
def test_the_death_of_an_actor_costs_no_row_and_doubles_none(tmp_path: Path) -> None:
    pages, broken = int(os.environ.get("PAGES", "40")), int(os.environ.get("BROKEN", "2"))
    write_pages(tmp_path / "in", pages, broken)
    read = KilledActor(tmp_path / "killed", os.environ.get("MODELS") == "1")
    counts = recognize_pages(str(tmp_path / "in"), str(tmp_path / "out"), read=read)
    assert (tmp_path / "killed").exists()
    assert counts == Counts(pages - broken, broken, 0)
    found = rows(tmp_path / "out")
    assert len({row["image"] for row in found}) == len(found) == pages
    assert sum(bool(row["error"]) for row in found) == broken


# A whole cluster and its driver, which are killed together in the middle of a run.
DRIVER = """
import sys, time
from evaluation.scaling.actors import TimedReader, local_cluster
from text_recognizer.ray.pages import recognize_pages
with local_cluster(2):
    recognize_pages(sys.argv[1], sys.argv[2], read=TimedReader(wait_s=0.1))
"""


@pytest.mark.slow
@pytest.mark.process
def test_a_run_that_was_cut_goes_on_with_the_images_that_are_left(tmp_path: Path) -> None:
    pytest.importorskip("ray", reason="needs ray: pip install -e '.[ray]'")
    source, output = tmp_path / "in", tmp_path / "out"
    write_pages(source, 60, 0)
    command = [sys.executable, "-c", DRIVER, str(source), str(output)]
    with subprocess.Popen(command, start_new_session=True) as process:
        while len(list(output.glob("part-*"))) < 2:
            assert process.poll() is None
            time.sleep(0.1)
        os.killpg(process.pid, signal.SIGKILL)
    before = len(rows(output))
    assert 0 < before < 60
    subprocess.run(command, check=True)
    found = rows(output)
    assert len({row["image"] for row in found}) == len(found) == 60
    assert not list(output.glob(".*"))
