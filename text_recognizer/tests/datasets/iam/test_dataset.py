"""IAM: the official layout drawn small, with what goes wrong in real copies."""

import logging
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from text_recognizer.datasets.iam.dataset import IamDataset
from text_recognizer.datasets.iam.lines_dataset import IamLinesDataset
from text_recognizer.errors import DataError
from text_recognizer.tests.real_data import real_data
from text_recognizer.types import Region

FORMS = {
    "a01-000u": ("000", "train"),
    "b02-001": ("001", "val"),
    "c03-002": ("002", "test"),
    "d04-003": ("003", None),
}


def write_form(root: Path, form_id: str, writer: str, lines: int = 2) -> None:
    """Write the xml, the form at half size and the line images of one form."""
    words = "".join(
        f'<line id="{form_id}-{i:02d}" text="He said &amp;quot;no&quot; {i}">'
        f'<word id="w" text="He"><cmp x="100" y="{200 + 200 * i}" width="80" height="60"/></word>'
        f'<word id="v" text="said"><cmp x="300" y="{190 + 200 * i}" width="100" height="90"/>'
        f'<cmp x="420" y="{200 + 200 * i}" width="20" height="20"/></word></line>'
        for i in range(lines)
    )
    (root / "xml" / f"{form_id}.xml").write_text(
        f'<form id="{form_id}" writer-id="{writer}" width="1000" height="1400"><handwritten-part>{words}'
        "</handwritten-part></form>"
    )
    Image.fromarray(np.full((700, 501), 255, np.uint8)).save(root / "forms" / f"{form_id}.jpg")
    folder = root / "lines" / form_id.split("-")[0] / form_id
    folder.mkdir(parents=True)
    for i in range(lines):
        image = np.full((40, 300), 230, np.uint8)
        image[10:30, 20 : 200 : 10 + i] = 30
        Image.fromarray(image).save(folder / f"{form_id}-{i:02d}.png")


@pytest.fixture
def iam(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A mirror with four forms by four writers."""
    root = tmp_path / "mirror" / "iam"
    for folder in ("xml", "forms", "splits/aachen"):
        (root / folder).mkdir(parents=True)
    for form_id, (writer, _) in FORMS.items():
        write_form(root, form_id, writer)
    for part in ("train", "val", "test"):
        ids = [
            f"{form_id}-{i:02d}\n" for form_id, (_, split) in FORMS.items() if split == part for i in range(2)
        ]
        (root / "splits" / "aachen" / f"{part}.txt").write_text("".join(ids))
    monkeypatch.setenv("TEXT_RECOGNIZER_MIRROR", str(root.parent))
    monkeypatch.setenv("TEXT_RECOGNIZER_DATA_ROOT", str(tmp_path / "data"))
    return root


def load() -> IamDataset:
    """Load what the environment points at."""
    dataset = IamDataset()
    dataset.load_or_generate_data()
    return dataset


def test_boxes_are_in_pixels_of_the_form_and_texts_are_plain(iam: Path) -> None:
    line = load().forms["a01-000u"].lines[1]
    assert line.text == 'He said "no" 1'
    assert line.words == (Region(50, 200, 90, 230), Region(150, 195, 220, 240))
    assert line.region == Region(50, 195, 220, 240)


def test_splits_and_lines_of_no_split(iam: Path) -> None:
    dataset = load()
    assert [line.id for line in dataset.lines("validation")] == ["b02-001-00", "b02-001-01"]
    assert [line.id for line in dataset.unassigned_lines()] == ["d04-003-00", "d04-003-01"]
    assert dataset.split_of_form("c03-002") == "test"
    assert dataset.split_of_form("d04-003") is None


def test_unassigned_lines_of_a_test_writer_stay_out(iam: Path) -> None:
    write_form(iam, "e05-004", "002")
    assert {line.id[:7] for line in load().unassigned_lines()} == {"d04-003"}


def test_missing_images_are_counted_and_broken_files_named(
    iam: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (iam / "lines/a01/a01-000u/a01-000u-00.png").unlink()
    (iam / "xml/z99-000.xml").write_text("<form id=")
    with caplog.at_level(logging.WARNING):
        dataset = load()
    assert dataset.missing_images == 1
    assert dataset.broken_files == ["z99-000.xml"]
    assert "z99-000.xml" in caplog.text
    assert [line.id for line in dataset.lines("train")] == ["a01-000u-01"]


def test_writers_of_two_splits_are_an_error(iam: Path) -> None:
    write_form(iam, "f06-005", "001")
    with (iam / "splits/aachen/test.txt").open("a") as file:
        file.write("f06-005-00\n")
    with pytest.raises(DataError, match=r"\['001'\] are in both validation and test"):
        load()


@pytest.mark.parametrize("missing", ["xml", "splits"])
def test_a_missing_folder_says_what_is_expected(iam: Path, missing: str) -> None:
    (iam / missing).rename(iam / "elsewhere")
    with pytest.raises(DataError, match="Expected"):
        load()


def test_unknown_split() -> None:
    with pytest.raises(DataError, match="aachen.*lwitlrt.*mine"):
        IamDataset("mine")


def test_lines_are_scaled_inked_and_skipped_if_unreadable(iam: Path) -> None:
    (iam / "lines/b02/b02-001/b02-001-00.png").write_bytes(b"no image")
    dataset = IamLinesDataset()
    dataset.load_or_generate_data()
    assert {name: len(split) for name, split in dataset.splits.items()} == {
        "train": 4,
        "validation": 1,
        "test": 2,
    }
    assert dataset.unreadable == ["b02-001-00"]
    image = dataset.train.images[0]
    assert image.shape[0] == 64
    assert image.max() == 255
    assert (image[:, :16] == 0).all(), "margin"
    again = IamLinesDataset()
    again.load_or_generate_data()
    assert again.data_hash == dataset.data_hash
    np.testing.assert_array_equal(again.train.images[0], image)
    assert IamLinesDataset(height=28).input_shape == (28, None, 1)


def test_fixed_width_and_parameters_change_the_cache(iam: Path) -> None:
    wide, fixed = IamLinesDataset(), IamLinesDataset(height=28, width=200, use_unassigned=False)
    for dataset in (wide, fixed):
        dataset.load_or_generate_data()
    assert wide.data_hash != fixed.data_hash
    assert {image.shape for image in fixed.train.images} == {(28, 200)}
    assert len(fixed.train) == 2


def test_the_real_copy_has_disjoint_writers(monkeypatch: pytest.MonkeyPatch) -> None:
    real_data(monkeypatch, "iam")
    for split in ("aachen", "lwitlrt"):
        dataset = IamDataset(split)
        dataset.load_or_generate_data()  # checks the writers
        assert not dataset.broken_files
        assert all(len(dataset.lines(name)) > 100 for name in ("train", "validation", "test"))
