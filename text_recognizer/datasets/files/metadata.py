"""What is known about the original files of a data set: `data/raw/<name>/metadata.toml`."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from text_recognizer.errors import DataError

# A link to data/raw, which setuptools replaces with copies of the *.toml when it builds a wheel.
METADATA_ROOT = Path(__file__).parents[1] / "raw"

_FILE_KEYS = {"filename", "url", "sha256", "folder"}


@dataclass(frozen=True)
class RawFile:
    """One original file.

    ```python
    from text_recognizer.datasets.files.metadata import RawFile

    print(RawFile("brown.zip", "https://example.com/brown.zip").sha256 or "is never downloaded")
    ```

    Attributes:
        filename: Its official name.
        url: Where it can be fetched; without `sha256` the page that tells how to get it.
        sha256: Hex digest; empty if none is published; the file is then never downloaded.
        folder: For archives that are put in place by hand: the folder inside `raw/<name>/` to unpack to.
    """

    filename: str
    url: str
    sha256: str = ""
    folder: str = ""


@dataclass(frozen=True)
class Metadata:
    """The content of one metadata.toml.

    ```python
    from text_recognizer.datasets.files.metadata import read_metadata

    metadata = read_metadata("brown")
    print(metadata.licence, [file.filename for file in metadata.files])
    ```

    Attributes:
        files: The main file first, then `[[more]]`.
        licence: Terms of use.
        citation: What to cite.
    """

    files: tuple[RawFile, ...]
    licence: str
    citation: str

    def file(self, filename: str) -> RawFile | None:
        """Return the entry of `filename`, None if there is none."""
        return next((entry for entry in self.files if entry.filename == filename), None)


def read_metadata(name: str) -> Metadata:
    """Return the metadata of data set `name`.

    Raises:
        DataError: If there is none, or a key is unknown or missing.
    """
    path = METADATA_ROOT / name / "metadata.toml"
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        more = table.pop("more", [])
        licence, citation = table.pop("licence"), table.pop("citation")
        return Metadata(tuple(_raw_file(entry) for entry in [table, *more]), licence, citation)
    except FileNotFoundError as error:
        known = sorted(found.parent.name for found in METADATA_ROOT.glob("*/metadata.toml"))
        raise DataError(f"Expected a data set of {known}; received {name!r}.") from error
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise DataError(
            f"{path} cannot be used: {error!r}. It needs filename, url, licence and citation."
        ) from error


def _raw_file(entry: dict[str, str]) -> RawFile:
    if unknown := set(entry) - _FILE_KEYS:
        raise KeyError(f"unknown keys {sorted(unknown)}, known are {sorted(_FILE_KEYS)}")
    return RawFile(**entry)
