import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from text_recognizer.errors import ArtifactError
from text_recognizer.inference.session import MAX_THREADS, Session, default_threads


def test_runs_batches_of_any_size_and_width(tiny_weights: Path) -> None:
    session = Session(tiny_weights / "tiny_line" / "model.onnx", threads=1)
    for batch, width in [(1, 4), (3, 64), (2, 400)]:
        assert session.run(np.zeros((batch, 16, width, 1), np.float32)).shape == (batch, width // 4, 3)


def test_threads_get_the_same_results_as_one_after_the_other(tiny_weights: Path) -> None:
    session = Session(tiny_weights / "tiny_line" / "model.onnx")
    rng = np.random.default_rng(0)
    inputs = [rng.random((1, 16, 4 * rng.integers(1, 90), 1), np.float32) for _ in range(64)]
    expected = [session.run(x) for x in inputs]
    with ThreadPoolExecutor(8) as pool:
        for actual, wanted in zip(pool.map(session.run, inputs), expected, strict=True):
            np.testing.assert_array_equal(actual, wanted)


def test_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"no model")
    with pytest.raises(ArtifactError, match="Expected an ONNX model"):
        Session(tmp_path / "model.onnx")


def test_model_with_two_outputs_is_refused(tmp_path: Path) -> None:
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in "xyz"]
    nodes = [helper.make_node("Identity", ["x"], [name]) for name in "yz"]
    graph = helper.make_graph(nodes, "two", values[:1], values[1:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(model, tmp_path / "model.onnx")
    with pytest.raises(ArtifactError, match="received 1 and 2"):
        Session(tmp_path / "model.onnx")


def test_default_threads_stay_within_the_cores() -> None:
    assert 1 <= default_threads() <= min(MAX_THREADS, os.cpu_count() or 1)


_RUN = """
import sys
from pathlib import Path
import numpy as np
from text_recognizer.inference.session import Session
Session(Path(sys.argv[1])).run(np.zeros((1, 16, 8, 1), np.float32))
"""


def test_nothing_is_written_to_the_users_folders(tiny_weights: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ORT_", "XDG_"))}
    environment |= {"HOME": str(home), "TMPDIR": str(home), "PYTHONDONTWRITEBYTECODE": "1"}
    environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    model = tiny_weights / "tiny_line" / "model.onnx"
    subprocess.run([sys.executable, "-c", _RUN, str(model)], env=environment, cwd=home, check=True)
    assert list(home.rglob("*")) == []
