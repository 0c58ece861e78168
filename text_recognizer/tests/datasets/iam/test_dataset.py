"""IAM in the official layout, drawn small, with what goes wrong in real copies."""

import logging
from pathlib import Path

import pytest

from text_recognizer.datasets.iam.dataset import IamDataset
from text_recognizer.errors import DataError
from text_recognizer.geometry import Region
from text_recognizer.tests.datasets.toy_iam import write_archives, write_form, write_manifest
from text_recognizer.tests.real_data import real_data


def load() -> IamDataset:
    """Load what the environment points at."""
    dataset = IamDataset()
    dataset.load_or_generate_data()
    return dataset


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


def test_a_folder_without_forms_says_where_to_get_them(iam: Path) -> None:
    (iam / "xml").rename(iam / "elsewhere")
    with pytest.raises(DataError, match=r"neither xml/\*\.xml nor manifest\.tsv.*data/raw/iam/readme\.md"):
        load()


def test_unknown_split() -> None:
    with pytest.raises(DataError, match="aachen.*lwitlrt.*mine"):
        IamDataset("mine")


def test_boxes_and_texts_of_a_form_as_in_2019(iam: Path) -> None:
    dataset = load()
    assert dataset.line_regions_by_id["a01-000u"] == [Region(50, 95, 220, 140), Region(50, 195, 220, 240)]
    assert dataset.line_strings_by_id["a01-000u"] == ['He said "no" 0', 'He said "no" 1']
    assert dataset.line_regions_by_id.keys() == dataset.line_strings_by_id.keys() == dataset.forms.keys()


def test_official_archives_load_by_default(data_root: Path, tmp_path: Path) -> None:
    write_archives(data_root / "raw" / "iam", tmp_path / "scratch")
    dataset = load()
    assert dataset.split == "lwitlrt"
    assert not dataset.missing_images
    assert [line.id for line in dataset.lines("validation")] == [
        "b02-001-00", "b02-001-01", "d04-003-00", "d04-003-01",
    ]  # fmt: skip
    assert [line.id for line in dataset.lines("test")] == ["c03-002-00", "c03-002-01"]


def test_a_split_that_the_archives_lack_is_refused_with_one_that_they_have(
    data_root: Path, tmp_path: Path
) -> None:
    write_archives(data_root / "raw" / "iam", tmp_path / "scratch")
    with pytest.raises(DataError, match=r'split="aachen".*Set the option split to "lwitlrt"'):
        IamDataset("aachen").load_or_generate_data()


def test_the_aachen_lists_are_preferred(iam: Path) -> None:
    assert load().split == "aachen"


def test_a_manifest_stands_in_for_xml_and_lists(iam: Path) -> None:
    write_manifest(iam)
    (iam / "xml").rename(iam / "elsewhere")
    (iam / "splits").rename(iam / "nowhere")
    dataset = load()
    assert dataset.split == "aachen"
    assert [line.id for line in dataset.lines("test")] == ["c03-002-00", "c03-002-01"]
    assert [line.id for line in dataset.unassigned_lines()] == ["d04-003-00", "d04-003-01"]
    assert dataset.forms["a01-000u"].lines[1].text == 'He said "no" 1'
    assert dataset.forms["a01-000u"].image_path is None


def test_a_manifest_tells_the_sources_of_images(iam: Path) -> None:
    assert {line.source for line in load().forms["a01-000u"].lines} == {"iam"}
    write_manifest(iam)
    assert [line.source for line in load().forms["a01-000u"].lines] == ["source_0", "source_1"]
    assert load().forms["a01-000u"].lines[0].words, "boxes are those of the xml"


def test_lines_of_unknown_writers_are_never_assigned(iam: Path) -> None:
    write_manifest(iam, "writer")
    (iam / "xml").rename(iam / "elsewhere")
    assert load().unassigned_lines() == []


def test_another_folder_can_be_named(iam: Path, tmp_path: Path) -> None:
    iam.rename(tmp_path / "copy")
    dataset = IamDataset(root=tmp_path / "copy")
    dataset.load_or_generate_data()
    assert len(dataset.forms) == 4


def test_samples_are_small_forms(iam: Path) -> None:
    images, captions = load().samples(2)
    assert [image.shape for image in images] == [(117, 84)] * 2
    assert captions == ["a01-000u, writer 000", "c03-002, writer 002"]


def test_the_real_copy_has_disjoint_writers(monkeypatch: pytest.MonkeyPatch) -> None:
    real_data(monkeypatch, "iam")
    for split in ("aachen", "lwitlrt"):
        dataset = IamDataset(split)
        dataset.load_or_generate_data()  # checks the writers
        assert not dataset.broken_files
        assert all(len(dataset.lines(name)) > 100 for name in ("train", "validation", "test"))
