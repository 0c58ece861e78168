"""The official files of the IIIT 5K-word data set: `traindata.mat` and `testdata.mat`.

Each holds a struct array with `ImgName` (`train/1009_2.png`: word 2 of photo 1009) and `GroundTruth`, and the
lexicons that some papers choose from, which are not read.
Source: Mishra, Alahari, Jawahar 2012, "Scene text recognition using higher order language priors" (BMVC).
"""

from pathlib import Path

from text_recognizer.datasets.files.matlab import read_matlab
from text_recognizer.datasets.labelled.images import LabelledFolder, images_of_files
from text_recognizer.errors import DataError

FORM = "IIIT5K"


def iiit5k_labels(folder: Path, part: str) -> Path | None:
    """Return the file with the texts of `part` (`train` or `test`); None if `folder` has none."""
    path = folder / f"{part}data.mat"
    return path if path.is_file() else None


def read_iiit5k(labels: Path) -> LabelledFolder:
    """Return the words of `traindata.mat` or `testdata.mat`, whose images lie below the same folder.

    Raises:
        DataError: If the file is damaged or is another one.
    """
    variable = labels.stem
    try:
        entries = read_matlab(labels.read_bytes())[variable]
        entries = [entries] if isinstance(entries, dict) else entries
        rows = [(str(entry["ImgName"]), str(entry["GroundTruth"])) for entry in entries]
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"{labels} cannot be used: {error!r}. Expected structs with ImgName and GroundTruth in the "
            f"variable {variable}, as in the official archive; unpack it again."
        ) from error
    return images_of_files(FORM, labels, rows, [_photo(name) for name, _ in rows])


def _photo(name: str) -> str:
    """Return the photo of a word: `train/1009_2.png` was cut from `train/1009`."""
    return name.rpartition("_")[0] or name
