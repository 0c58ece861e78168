"""Tests mirror the tree: every module has a test file of its name, every test file names a module."""

from pathlib import Path

import pytest

from text_recognizer.tests.repository import PACKAGES, ROOT, modules

# What is tested beside modules: documents, structure and data of the repository, files of other kinds.
NOT_MODULES = {
    "api/tests/deployment/test_docker.py",
    "api/tests/deployment/test_kubernetes.py",  # manifests
    "api/tests/test_client.py",  # text_recognizer.client against the service
    "api/tests/test_cpp.py",  # api/cpp
    "api/tests/test_hostile_documents.py",
    "api/tests/test_hostile_images.py",
    "api/tests/test_openapi.py",
    "api/tests/test_readme.py",
    "api/tests/web",
    "evaluation/tests/test_boundaries.py",
    "text_recognizer/tests/datasets/test_all_datasets.py",
    "text_recognizer/tests/formats/test_formats_read_back.py",  # by programs of others
    "text_recognizer/tests/formats/test_formats_schema.py",
    "text_recognizer/tests/test_architecture.py",
    "text_recognizer/tests/test_audit.py",
    "text_recognizer/tests/test_boundaries.py",
    "text_recognizer/tests/test_coming_from_paddleocr.py",
    "text_recognizer/tests/test_documents.py",
    "text_recognizer/tests/test_examples.py",
    "text_recognizer/tests/test_marks.py",
    "text_recognizer/tests/test_mirror.py",
    "text_recognizer/tests/test_notebooks.py",
    "text_recognizer/tests/test_shapes.py",
    "text_recognizer/tests/test_shipped_models.py",
    "text_recognizer/tests/test_supply_chain.py",
    "text_recognizer/tests/test_tasks.py",
    "text_recognizer/tests/test_tutorial_own_hand.py",
    "text_recognizer/tests/test_wheel.py",
    "training/tests/test_backends.py",
    "training/tests/test_fsdl_training.py",
    "training/tests/test_networks.py",
    "training/tests/test_word_training.py",
}


def is_door(path: Path) -> bool:
    """Tell whether a module only stands for another one under the name that it had in 2019."""
    return (
        path.parent == ROOT / "text_recognizer" / "datasets"
        and "under the module name of 2019" in path.read_text()
    )


def mirrored(path: Path) -> Path:
    """Return where the tests of the module at `path` lie: `a/b/c.py` has `a/tests/b/test_c.py`."""
    package, *folders, name = path.relative_to(ROOT).parts
    return ROOT.joinpath(package, "tests", *folders, f"test_{name}")


TESTED = {
    mirrored(path)
    for path in modules().values()
    if path.name not in ("__init__.py", "__main__.py") and not is_door(path)
}
TESTS = {
    path for package in PACKAGES for path in (ROOT / package).rglob("test_*.py") if "tests" in path.parts
}


def test_places_are_mirrored() -> None:
    path = ROOT / "text_recognizer" / "layout" / "lines.py"
    assert mirrored(path) == ROOT / "text_recognizer" / "tests" / "layout" / "test_lines.py"


def test_every_module_has_tests_of_its_name() -> None:
    bare = {path for path in TESTED if not path.is_file() and not any(path.parent.glob(f"{path.stem}_*.py"))}
    assert {path.relative_to(ROOT).as_posix() for path in bare} == set()


@pytest.mark.slow
def test_every_test_file_names_a_module() -> None:
    stray = {path.relative_to(ROOT).as_posix() for path in TESTS if not named_by(path)}
    assert {name for name in stray if not any(name.startswith(listed) for listed in NOT_MODULES)} == set()


def named_by(path: Path) -> bool:
    """Tell whether a test file has the name of a module or package, or begins with that of a module."""
    package = path.parent.name if path.parent.name != "tests" else path.parent.parent.name
    return path.stem == f"test_{package}" or any(
        path.parent == tested.parent and (path == tested or path.name.startswith(f"{tested.stem}_"))
        for tested in TESTED
    )


@pytest.mark.parametrize("listed", sorted(NOT_MODULES))
def test_what_is_listed_exists(listed: str) -> None:
    assert (ROOT / listed).exists()
