"""Pages on a cluster of Ray: rows for all, whole files, a restart; the cluster itself needs the extra ray."""

import importlib.util
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from text_recognizer.errors import ConfigError, InvalidInputError
from text_recognizer.ray.pages import Counts, PageActor, _absolute, done, main, recognize_pages
from text_recognizer.tests.tiny_models import draw_page

pytest.importorskip("pyarrow")

STORE_BYTES = 150 * 2**20  # of each node: a test machine has little memory to spare


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


@pytest.mark.skipif(importlib.util.find_spec("ray") is not None, reason="Ray is here")
def test_without_ray_the_extra_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ConfigError, match=r"text-recognizer\[ray\]"):
        recognize_pages(str(tmp_path), str(tmp_path / "out"))
    assert main([str(tmp_path), str(tmp_path / "out")]) == 1
    assert "text-recognizer[ray]" in capsys.readouterr().err


@pytest.fixture
def cluster() -> Iterator[None]:
    """Two nodes of two cores each: one for an actor, one for reading."""
    ray = pytest.importorskip("ray", reason="needs ray: pip install -e '.[ray]'")
    from ray.cluster_utils import Cluster

    node = {"num_cpus": 2, "object_store_memory": STORE_BYTES}
    nodes = Cluster(initialize_head=True, head_node_args={"include_dashboard": False, **node})
    nodes.add_node(**node)
    ray.init(address=nodes.address, log_to_driver=False)
    yield
    ray.shutdown()
    nodes.shutdown()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # those of Ray
@pytest.mark.usefixtures("cluster")
def test_a_cluster_reads_all_pages_and_goes_on(tmp_path: Path) -> None:
    pages, output = int(os.environ.get("PAGES", "6")), tmp_path / "results"
    (tmp_path / "in" / "deep").mkdir(parents=True)
    for number in range(pages):
        Image.fromarray(draw_page([2])).save(tmp_path / "in" / "deep" / f"{number}.png")
    (tmp_path / "in" / "broken.png").write_bytes(b"no image")
    counts = recognize_pages(str(tmp_path / "in"), str(output))
    assert counts == Counts(pages, 1, 0)
    assert len(done(str(output), "jsonl")) == pages + 1
    (tmp_path / "in" / "later.png").write_bytes((tmp_path / "in" / "deep" / "0.png").read_bytes())
    assert recognize_pages(str(tmp_path / "in"), str(output)) == Counts(1, 0, pages + 1)
