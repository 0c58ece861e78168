"""Any folder of labelled words -> its words; the files in it tell in which form the labels are."""

from pathlib import Path
from typing import Literal, TypeAlias

from text_recognizer.datasets.files.labels import LABELS, read_labels
from text_recognizer.datasets.labelled.images import LabelledFolder, images_of_files
from text_recognizer.datasets.words.icdar import icdar_labels, read_icdar
from text_recognizer.datasets.words.iiit5k import iiit5k_labels, read_iiit5k
from text_recognizer.datasets.words.lmdb import lmdb_data, read_lmdb
from text_recognizer.errors import DataError

Part: TypeAlias = Literal["train", "test"]


def read_word_folder(folder: Path, part: Part = "train") -> LabelledFolder:
    """Return the words of a folder with labels.tsv, an LMDB data base, or files of IIIT5K or ICDAR.

    Args:
        folder: Holds the labels; images lie in it or below it.
        part: Of the official IIIT5K folder, which holds both; other folders hold one part.

    Raises:
        DataError: If the folder has no labels of a known form, or they are damaged.
    """
    if (folder / LABELS).is_file():
        return images_of_files(LABELS, folder / LABELS, read_labels(folder), [])
    if (data := lmdb_data(folder)) is not None:
        return read_lmdb(data)
    if (labels := iiit5k_labels(folder, part)) is not None:
        return read_iiit5k(labels)
    if (labels := icdar_labels(folder)) is not None:
        return read_icdar(labels)
    raise DataError(
        f"{folder} holds no labelled words; expected {LABELS} (image<TAB>text), data.mdb (LMDB), "
        f"{part}data.mat (IIIT5K) or gt.txt (ICDAR). See data/raw/scene_text/readme.md on how to get them."
    )
