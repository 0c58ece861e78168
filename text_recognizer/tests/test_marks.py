"""Which tests are expensive is read off their imports."""

import sys
from pathlib import Path

import pytest

from text_recognizer.tests.marks import imports_of, marks_of
from text_recognizer.tests.repository import ROOT


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("text_recognizer/tests/networks/test_networks.py", {"keras"}),
        ("training/tests/fitting/test_batches.py", {"keras"}),
        ("training/tests/fitting/test_checkpoints.py", {"keras", "process"}),
        ("api/tests/web/test_result.py", {"browser"}),
        ("api/tests/serving/test_gunicorn_worker.py", {"process"}),
        ("text_recognizer/tests/test_notebooks.py", {"process"}),
        ("text_recognizer/tests/decoding/test_greedy.py", set()),
        ("text_recognizer/tests/test_marks.py", set()),
    ],
)
def test_marks_follow_from_imports(test: str, expected: set[str]) -> None:
    assert marks_of(ROOT / test) == expected


def test_imports_in_functions_in_parentheses_and_of_packages_are_seen(tmp_path: Path) -> None:
    path = tmp_path / "test_x.py"
    path.write_text(
        "import a.b as c\nfrom d import (\n    e,\n    f,\n)\ndef g():\n    from keras.ops import h\n"
    )
    assert imports_of(path) == {"a", "a.b", "d", "d.e", "d.f", "keras", "keras.ops", "keras.ops.h"}


def test_fast_runs_are_without_what_is_marked(pytestconfig: pytest.Config) -> None:
    if not pytestconfig.getoption("fast"):
        pytest.skip("a run of everything")
    assert not {"keras", "tensorflow"} & sys.modules.keys()
