"""A drawn IAM folder: splits by form, crops, label maps, composed pages."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from text_recognizer.datasets.iam.dataset import IamDataset
from text_recognizer.datasets.iam.paragraphs_dataset import (
    PARAGRAPH_BUFFER,
    IamParagraphsDataset,
    forms_of_split,
    handwriting_region,
)
from text_recognizer.errors import DataError
from text_recognizer.geometry import Region
from text_recognizer.tests.real_data import real_data

WIDTH, HEIGHT, LEFT, TOP, PITCH = 620, 880, 150, 300, 60
# form: (writer, split file or None, whether the copy has its image)
FORMS = {
    "a01-000": ("1", "train", True),
    "a01-003": ("1", None, True),
    "b01-000": ("2", "val", True),
    "c01-000": ("3", "test", True),
    "c01-003": ("3", None, True),
    "d01-000": ("4", "train", False),
}


def write_form(root: Path, form_id: str, writer: str, with_image: bool) -> list[str]:
    """Draw a form with print on top and three lines of two words each; return the ids of its lines."""
    image = Image.new("L", (WIDTH, HEIGHT), 235)
    draw = ImageDraw.Draw(image)
    draw.rectangle([50, 60, 570, 90], fill=20)
    rows = []
    for i in range(3):
        y = TOP + PITCH * i
        boxes = [(LEFT, y, 120, 30), (LEFT + 150, y, 120, 30)]
        words = "".join(
            f'<word id="w"><cmp x="{2 * x}" y="{2 * y}" width="{2 * w}" height="{2 * h}"/></word>'
            for x, y, w, h in boxes
        )
        rows.append(f'<line id="{form_id}-0{i}" text="two words">{words}</line>')
        for x, y, w, h in boxes:
            draw.rectangle([x, y, x + w - 1, y + h - 1], fill=40)
        line = root / "lines" / form_id[:3] / form_id / f"{form_id}-0{i}.png"
        line.parent.mkdir(parents=True, exist_ok=True)
        image.crop((LEFT - 8, TOP + PITCH * i - 8, LEFT + 280, TOP + PITCH * i + 38)).save(line)
    (root / "xml" / f"{form_id}.xml").write_text(
        f'<form id="{form_id}" writer-id="{writer}" width="{2 * WIDTH}">'
        f"<handwritten-part>{''.join(rows)}</handwritten-part></form>"
    )
    if with_image:
        image.save(root / "forms" / f"{form_id}.jpg")
    return [f"{form_id}-0{i}" for i in range(3)]


@pytest.fixture
def iam(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "mirror" / "iam"
    for name in ("xml", "forms", "splits/aachen"):
        (root / name).mkdir(parents=True)
    ids: dict[str, list[str]] = {"train": [], "val": [], "test": []}
    for form_id, (writer, split, with_image) in FORMS.items():
        lines = write_form(root, form_id, writer, with_image)
        if split is not None:
            ids[split] += lines
    for split, lines in ids.items():
        (root / "splits" / "aachen" / f"{split}.txt").write_text("\n".join(lines))
    monkeypatch.setenv("TEXT_RECOGNIZER_MIRROR", str(tmp_path / "mirror"))
    monkeypatch.setenv("TEXT_RECOGNIZER_DATA_ROOT", str(tmp_path / "data"))
    return root


def load(**arguments: object) -> IamParagraphsDataset:
    dataset = IamParagraphsDataset(**arguments)  # type: ignore[arg-type]
    dataset.load_or_generate_data()
    return dataset


def test_splits_follow_the_lines_and_unassigned_forms_of_test_writers_stay_out(iam: Path) -> None:
    dataset = load(whole_forms=False)

    assert list(dataset.train.ids) == ["a01-000", "a01-003"]
    assert list(dataset.validation.ids) == ["b01-000"]
    assert list(dataset.test.ids) == ["c01-000"]
    assert dataset.missing_images == 1
    assert "1 forms without an image" in dataset.describe()
    assert load(whole_forms=False, use_unassigned=False).train.ids == ["a01-000"]


def test_labels_lie_on_the_handwriting(iam: Path) -> None:
    validation = load().validation
    image, labels = validation.images[0], validation.targets[0]

    assert image.shape == labels.shape
    assert image.dtype == labels.dtype == np.uint8
    assert (
        np.mean((image > 128) == (labels > 0)) > 0.9
    )  # between the words of a line there is label but no ink
    column = labels[:, (image > 128).any(axis=0).argmax() + 5]
    assert [int(value) for value in column[np.flatnonzero(np.diff(column.astype(int)) > 0) + 1]] == [1, 2, 1]


def test_the_crop_is_the_handwriting_with_a_buffer(iam: Path) -> None:
    dataset = IamDataset()
    dataset.load_or_generate_data()

    crop = handwriting_region(dataset.forms["b01-000"], (HEIGHT, WIDTH))

    right, bottom = LEFT + 270 + PARAGRAPH_BUFFER, TOP + 2 * PITCH + 30 + PARAGRAPH_BUFFER
    assert crop == Region(LEFT - PARAGRAPH_BUFFER, TOP - PARAGRAPH_BUFFER, right, bottom)
    assert handwriting_region(dataset.forms["b01-000"], (400, 300)).to_dict()["y2"] == 400


@pytest.mark.slow
def test_whole_forms_and_composed_pages_join_train_only(iam: Path) -> None:
    dataset = load(num_synthetic=2)

    assert list(dataset.train.ids) == [
        "a01-000", "a01-000-form", "a01-003", "a01-003-form", "synthetic-0", "synthetic-1",
    ]  # fmt: skip
    form, labels = dataset.train.images[1], dataset.train.targets[1]
    print_rows = slice(0, int(form.shape[0] * 0.2))
    assert form[print_rows].any()
    assert not labels[print_rows].any()  # print is background
    assert len(dataset.validation) == len(dataset.test) == 1


@pytest.mark.slow
def test_the_second_load_is_equal_and_parameters_change_the_hash(iam: Path) -> None:
    first, second = load(num_synthetic=1), load(num_synthetic=1)

    for name in ("train", "validation", "test"):
        assert list(first.splits[name].ids) == list(second.splits[name].ids)
        for a, b in zip(first.splits[name].targets, second.splits[name].targets, strict=True):
            np.testing.assert_array_equal(a, b)
    assert first.data_hash == second.data_hash
    assert load(num_synthetic=1, seed=5).data_hash != first.data_hash


def test_a_broken_image_is_named_and_skipped(iam: Path) -> None:
    path = iam / "forms" / "a01-003.jpg"
    path.write_bytes(path.read_bytes()[:2000])

    dataset = load(whole_forms=False)

    assert dataset.unreadable == ["a01-003"]
    assert load(whole_forms=False).unreadable == ["a01-003"], "also from the cache"
    assert list(dataset.train.ids) == ["a01-000"]


def test_no_image_at_all_is_an_error(iam: Path) -> None:
    for path in (iam / "forms").iterdir():
        path.unlink()

    with pytest.raises(DataError, match="forms"):
        load()


def test_writers_of_the_real_splits_are_disjoint(monkeypatch: pytest.MonkeyPatch) -> None:
    real_data(monkeypatch, "iam")
    dataset = IamDataset()
    dataset.load_or_generate_data()
    writers = [
        {form.writer for form in forms_of_split(dataset, name)} for name in ("train", "validation", "test")
    ]

    assert all(writers)
    assert not (writers[0] & writers[1] | writers[0] & writers[2] | writers[1] & writers[2])
