"""A data root with small originals of every data set of lines, so that all of them load without a network."""

from pathlib import Path
from typing import Any

from text_recognizer.tests.datasets.fsdl_pages import draw_page, record, write_export
from text_recognizer.tests.datasets.labelled_pages.toy_pages import write_pages
from text_recognizer.tests.datasets.toy_data import emnist_parts, write_brown, write_emnist
from text_recognizer.tests.datasets.toy_fonts import write_font
from text_recognizer.tests.datasets.toy_iam import write_iam
from text_recognizer.tests.datasets.toy_ink import TEXTS, write_iam_ondb
from text_recognizer.tests.datasets.toy_words import write_labelled

# Arguments that keep the large data sets small.
SMALL: dict[str, dict[str, Any]] = {
    "DrawnPagesDataset": {"num_pages": 3, "num_validation": 1},
    "EmnistDataset": {"subsample_fraction": 0.05},
    "EmnistLinesDataset": {"num_train": 4, "num_validation": 2, "num_test": 2},
    "LabelledLinesDataset": {"folders": ["own_lines"]},
    "LabelledPagesDataset": {"folders": ["own_pages"]},
    "SyntheticLinesDataset": {"num_lines": 4},
    "SyntheticWordsDataset": {"num_words": 4, "num_validation": 2},
}


def write_raw(data_root: Path, metadata_root: Path) -> None:
    """Write originals into `<data_root>/raw`, and metadata without digests that allow them."""
    raw = data_root / "raw"
    for name in ("brown", "emnist", "iam", "iam_ondb"):
        (metadata_root / name).mkdir(parents=True)
        (metadata_root / name / "metadata.toml").write_text(
            f'filename = "{name}.zip"\nurl = "http://127.0.0.1"\nlicence = ""\ncitation = ""\n'
        )
    write_brown(raw / "brown" / "brown.zip")
    write_emnist(raw / "emnist", emnist_parts())
    write_iam(raw / "iam")
    write_iam_ondb(raw / "iam_ondb", TEXTS, {})
    write_font(raw / "handwriting_fonts")
    write_font(raw / "word_fonts")
    for name in ("iiit5k_train", "ic15_train"):
        words = {f"images/{number}.png": f"Word{number}" for number in range(6)}
        write_labelled(raw / "scene_text" / name, words)
    write_labelled(raw / "own_lines", {f"{number}.png": f"line {number}" for number in range(20)})
    write_pages(raw / "own_pages", {"a.png": "train", "b.png": "validation"})
    names = [f"page_{i}.png" for i in range(4)]
    write_export(raw / "fsdl_handwriting", metadata_root, [record(f"http://127.0.0.1:9/{n}") for n in names])
    (raw / "fsdl_handwriting" / "pages").mkdir()
    for name in names:
        (raw / "fsdl_handwriting" / "pages" / name).write_bytes(draw_page())
