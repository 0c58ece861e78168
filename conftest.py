"""What holds for every test: the threads of its libraries, its marks, and which tests share a process."""

import os
from pathlib import Path

import pytest

# Before any import of TensorFlow: test processes with a thread for each core would wait for each other.
for _name in ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
    os.environ.setdefault(_name, "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# The models that whoever runs the tests has made are none of the tests' business.
os.environ["TEXT_RECOGNIZER_MODELS_DIR"] = str(Path(__file__).parent / "no-models")

from text_recognizer.tests.marks import marks_of  # noqa: E402

EXPENSIVE = {"keras", "process", "browser", "slow"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --fast."""
    parser.addoption(
        "--fast", action="store_true", help=f"leave out the tests marked {', '.join(sorted(EXPENSIVE))}"
    )


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not even import expensive files in a fast run: the import of Keras alone takes seconds."""
    path = collection_path / "conftest.py" if collection_path.is_dir() else collection_path
    read = path.name == "conftest.py" or path.name.startswith("test_")
    expensive = read and path.is_file() and marks_of(path) & EXPENSIVE
    return True if config.getoption("fast") and expensive else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the tests; those of a file share a process, and the longest files come first."""
    for item in items:
        for name in marks_of(item.path):
            item.add_marker(name)
        if isinstance(item, pytest.Function) and "real_data" in item.function.__code__.co_names:
            item.add_marker("slow")
        if not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(item.path.relative_to(config.rootpath).as_posix()))
    items.sort(key=lambda item: item.get_closest_marker("keras") is None)
    if config.getoption("fast"):
        kept: list[pytest.Item] = []
        left_out: list[pytest.Item] = []
        for item in items:
            (left_out if EXPENSIVE & {mark.name for mark in item.iter_markers()} else kept).append(item)
        config.hook.pytest_deselected(items=left_out)
        items[:] = kept
