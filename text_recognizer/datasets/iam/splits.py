"""Which lines of IAM are train, validation and test: lists in `splits/`, or a column of the manifest."""

import logging
from collections.abc import Sequence
from pathlib import Path

from text_recognizer.datasets.iam.manifest import ManifestRow
from text_recognizer.errors import DataError

logger = logging.getLogger(__name__)

# Files (.txt) of splits/<name>/ for each part; the first split whose lists a copy has is the default.
SPLIT_FILES: dict[str, dict[str, tuple[str, ...]]] = {
    # The split of most papers (RWTH Aachen); its lists are no part of the official archives.
    "aachen": {"train": ("train",), "validation": ("val",), "test": ("test",)},
    # The official one, of the "large writer independent text line recognition task".
    "lwitlrt": {
        "train": ("trainset",),
        "validation": ("validationset1", "validationset2"),
        "test": ("testset",),
    },
}


def read_split(root: Path, name: str | None, manifest: Sequence[ManifestRow]) -> tuple[str, dict[str, str]]:
    """Return the name of a split and the part of each of its lines, by line id in the order of the lists.

    Args:
        root: The IAM folder.
        name: `aachen` or `lwitlrt`; None for the first of them that this copy has.
        manifest: Where the Aachen parts come from if their lists are missing.

    Raises:
        DataError: If the copy has no list of this split, or a line is in two parts.
    """
    found = {split: _read(root, split, manifest) for split in ((name,) if name else SPLIT_FILES)}
    for split, parts in found.items():
        if parts is not None:
            return split, _by_line(root, split, parts)
    raise _missing(root, name, manifest)


def _read(root: Path, split: str, manifest: Sequence[ManifestRow]) -> dict[str, list[str]] | None:
    """Return the line ids of each part; None if nothing here tells any of them."""
    parts: dict[str, list[str]] = {}
    for part, names in SPLIT_FILES[split].items():
        paths = [path for name in names if (path := root / "splits" / split / f"{name}.txt").is_file()]
        if paths:
            parts[part] = [line for path in paths for line in path.read_text(encoding="utf-8").split()]
        elif split == "aachen" and manifest:
            parts[part] = [row.id for row in manifest if row.part == names[0]]
    return parts if any(parts.values()) else None


def _by_line(root: Path, split: str, parts: dict[str, list[str]]) -> dict[str, str]:
    part_of_line: dict[str, str] = {}
    for part in SPLIT_FILES[split]:
        if part not in parts:
            logger.warning("IAM has no list of split %s for %s: it stays empty", split, part)
        for line_id in parts.get(part, []):
            if part_of_line.setdefault(line_id, part) != part:
                raise DataError(
                    f"Line {line_id} is in two parts of {root / 'splits' / split}; correct the lists."
                )
    return part_of_line


def _missing(root: Path, name: str | None, manifest: Sequence[ManifestRow]) -> DataError:
    lists = {
        split: ", ".join(f"{file}.txt" for names in files.values() for file in names)
        for split, files in SPLIT_FILES.items()
    }
    if name is None:
        expected = "; ".join(f"splits/{split}/ with {files}" for split, files in lists.items())
        return DataError(
            f"{root} does not say which lines are train, validation and test: it has neither of {expected}. "
            "See data/raw/iam/readme.md on how to get the lists."
        )
    others = [split for split in SPLIT_FILES if split != name and _read(root, split, manifest) is not None]
    hint = (
        f'Set the option split to "{others[0]}", whose lists are here, or leave it out.'
        if others
        else "See data/raw/iam/readme.md on how to get the lists."
    )
    return DataError(f'split="{name}" needs {lists[name]} in {root / "splits" / name}; none is there. {hint}')
