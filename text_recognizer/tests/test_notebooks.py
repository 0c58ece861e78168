"""The notebooks: committed without images of the data sets, run top to bottom with data and without."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from text_recognizer.tests.datasets import fsdl_pages
from text_recognizer.tests.real_data import real_data
from text_recognizer.tests.repository import ROOT

FOLDER = ROOT / "notebooks"
NEEDS = {  # notebook: the data that it looks at
    "01-look-at-emnist": ["emnist"],
    "02-look-at-emnist-lines": ["emnist", "brown.zip"],
    "03-look-at-iam-lines": ["iam"],
    "04-look-at-iam-paragraphs": ["iam"],
    "04b-look-at-line-detector-predictions": ["iam"],
    "05-look-at-fsdl-handwriting": [],  # drawn by the test
    "06-recognize-a-page": [],
    "07-look-at-generated-lines": ["handwriting_fonts"],
    "07-test-a-line-model": ["handwriting_fonts"],
    "08-learning-curves": [],
}
# They show what the repository draws itself; of the others, only plots of numbers are committed.
DRAWN_HERE = {
    "06-recognize-a-page",
    "07-look-at-generated-lines",
    "07-test-a-line-model",
    "08-learning-curves",
}
OWN_DATA = sorted(NEEDS.keys() - {"06-recognize-a-page", "08-learning-curves"})
MAX_BYTES = 200_000  # of the outputs of all notebooks together
MAX_CELL_LINES = 20


def load(name: str) -> Any:
    return nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)  # type: ignore[no-untyped-call]


def code_cells(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def outputs(notebook: Any) -> Iterator[Any]:
    return (output for cell in code_cells(notebook) for output in cell.outputs)


def printed(notebook: Any) -> str:
    return "".join(output.text for output in outputs(notebook) if output.get("name") == "stdout")


def pictures(notebook: Any) -> int:
    return sum("image/png" in output.get("data", {}) for output in outputs(notebook))


def run(notebook: Any, folder: Path, **variables: str) -> Any:
    """Run every cell, caches in `folder`, with no data but what `variables` name; an error ends the test."""
    environment = {k: v for k, v in os.environ.items() if k != "TEXT_RECOGNIZER_MIRROR"}
    environment |= {"TEXT_RECOGNIZER_DATA_ROOT": str(folder / "root"), "TEXT_RECOGNIZER_OFFLINE": "1"}
    environment |= {"PYTHONPATH": str(ROOT), "IPYTHONDIR": str(folder), **variables}
    client = NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(FOLDER)}})
    return client.execute(env=environment)


def draw_fsdl_pages(folder: Path) -> str:
    """Write an export of three pages into `folder`, a mirror; return code that makes it the official one."""
    pages = [f"https://localhost/page-{number}.png" for number in range(3)]
    (folder / "metadata").mkdir()
    records = [fsdl_pages.record(url) for url in pages]
    fsdl_pages.write_export(folder / "fsdl_handwriting", folder / "metadata", records)
    for url in pages:
        path = folder / "fsdl_handwriting" / "pages" / url.rpartition("/")[2]
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(fsdl_pages.draw_page())
    return (
        "import pathlib\nfrom text_recognizer.datasets.files import metadata\n"
        f"metadata.METADATA_ROOT = pathlib.Path({str(folder / 'metadata')!r})"
    )


@pytest.fixture(scope="module")
def caches(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What one notebook has read and cached the next one need not."""
    return tmp_path_factory.mktemp("caches")


def test_these_are_the_notebooks() -> None:
    assert {path.stem for path in FOLDER.glob("*.ipynb")} == NEEDS.keys()


@pytest.mark.parametrize("name", NEEDS)
def test_committed_notebook_is_thin_and_shows_no_image_of_a_data_set(name: str) -> None:
    notebook = load(name)
    assert notebook.cells[0].cell_type == "markdown"
    assert all(len(cell.source.splitlines()) <= MAX_CELL_LINES for cell in code_cells(notebook))
    assert not any(cell.get("attachments") for cell in notebook.cells)
    for cell in code_cells(notebook):
        kinds = {kind for output in cell.outputs for kind in output.get("data", {})}
        if name not in DRAWN_HERE and kinds - {"text/plain"}:
            assert "plot" in cell.metadata.get("tags", []), "a picture of a data set is committed"
            assert cell.source.splitlines()[-1].startswith("picture(figure)")
            assert not {"contact_sheet", "imshow", "Image"} & set(re.findall(r"\w+", cell.source))


def test_committed_notebooks_are_small_and_name_no_place_of_a_machine() -> None:
    assert sum(len(json.dumps(output)) for name in NEEDS for output in outputs(load(name))) <= MAX_BYTES
    for content in [path.read_text(encoding="utf-8") for path in FOLDER.glob("*.ipynb")]:
        assert not re.search(r"/(?:home|root|tmp|work|Users)/", content)


@pytest.mark.parametrize("name", sorted(DRAWN_HERE))
def test_pictures_that_may_be_shown_are_committed(name: str) -> None:
    assert pictures(load(name)) >= 1


@pytest.mark.parametrize("name", NEEDS)
def test_notebook_runs_top_to_bottom(
    name: str, caches: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    for needed in NEEDS[name]:
        (mirror / needed).symlink_to(real_data(monkeypatch, needed).resolve())
    notebook = load(name)
    if "fsdl" in name:
        notebook.cells.insert(0, nbformat.v4.new_code_cell(draw_fsdl_pages(mirror)))  # type: ignore[no-untyped-call]

    done = run(notebook, caches, TEXT_RECOGNIZER_MIRROR=str(mirror))

    assert "Nothing to show" not in printed(done)
    assert pictures(done) >= 1


def test_notebooks_without_data_say_so_in_one_line_and_go_on(tmp_path: Path) -> None:
    together = load(OWN_DATA[0])
    for name in OWN_DATA[1:]:  # in one kernel, for starting it takes longest
        together.cells += code_cells(load(name))
    for index, cell in enumerate(together.cells):
        cell.id = f"cell-{index}"

    done = run(together, tmp_path)

    said = [line for line in printed(done).splitlines() if line.startswith("Nothing to show: ")]
    assert len(said) == len(OWN_DATA)
    assert pictures(done) == 0


def test_a_failing_cell_fails_the_run(tmp_path: Path) -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 / 0")])  # type: ignore[no-untyped-call]
    with pytest.raises(Exception, match="ZeroDivisionError"):
        run(notebook, tmp_path)


def test_committed_text_is_that_of_the_sample_page() -> None:
    text = (ROOT / "data" / "sample" / "sample_page.txt").read_text(encoding="utf-8")
    assert text.splitlines()[0][:4] in printed(load("06-recognize-a-page"))
