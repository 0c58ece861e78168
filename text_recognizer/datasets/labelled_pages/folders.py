"""Any folder of outlined pages -> its pages: lines.json, PAGE XML or ALTO, with the images beside them.

Folders below it are read too. What cannot be used is kept with the reason and ends nothing.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from text_recognizer.datasets.dataset import SPLIT_NAMES
from text_recognizer.datasets.labelled.images import NO_IMAGE
from text_recognizer.datasets.labelled_lines.page_documents import PageLine, read_document
from text_recognizer.errors import DataError
from text_recognizer.geometry import Points

OUTLINES = "lines.json"  # image -> split, document, and polygon, baseline and text of each line


@dataclass(frozen=True)
class LabelledPage:
    """One page with its lines.

    ```python
    from pathlib import Path

    from text_recognizer.datasets.labelled_pages.folders import LabelledPage

    print(LabelledPage("letters/1", Path(folder) / "page.png", []).split)
    ```

    Attributes:
        id: Unique within its folder.
        image: A file.
        lines: In reading order, with or without a text.
        document: What stays together in one split; empty if it is not known.
        split: `train`, `validation` or `test`, where the folder says so; else empty.
    """

    id: str
    image: Path
    lines: list[PageLine]
    document: str = ""
    split: str = ""


@dataclass(frozen=True)
class PageFolder:
    """The pages of one folder.

    ```python
    from text_recognizer.datasets.labelled_pages.folders import PageFolder

    print(PageFolder().left_out)
    ```

    Attributes:
        pages: In the order of their names.
        files: What they depend on: outlines and images.
        left_out: Why a page or a file of outlines cannot be used, by its id.
    """

    pages: list[LabelledPage] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)


def read_page_folder(folder: Path) -> PageFolder:
    """Return the outlined pages of a folder and of the folders below it.

    Splits are those that `lines.json` names, or those of folders named train, validation and test.

    Raises:
        DataError: If there is no such folder, or it has no outlines of a known form.
    """
    if not folder.is_dir():
        raise DataError(f"There is no folder {folder}. Name a folder with outlined pages.")
    found = PageFolder()
    tables = sorted(folder.rglob(OUTLINES))
    documents = [path for path in sorted(folder.rglob("*.xml")) if path.name.lower() != "mets.xml"]
    if not tables and not documents:
        raise DataError(f"{folder} holds no outlined pages; expected {OUTLINES}, or PAGE XML or ALTO.")
    for path in tables:
        try:
            for page in _of_table(folder, path):
                _add(found, page)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            found.left_out[path.relative_to(folder).as_posix()] = f"it is damaged: {error!r}"
        found.files.append(path)
    for path in documents:
        name = path.relative_to(folder).with_suffix("").as_posix()
        try:
            document = read_document(path)
        except (DataError, OSError, UnicodeDecodeError) as error:
            found.left_out[name] = str(error)
            continue
        found.files.append(path)
        _add(found, LabelledPage(name, document.image, document.lines, split=_split_of(name)))
    return found


def _add(found: PageFolder, page: LabelledPage) -> None:
    """Add a page to a folder, or the reason why it is left out."""
    if not page.image.is_file():
        found.left_out[page.id] = NO_IMAGE
    elif not page.lines:
        found.left_out[page.id] = "it has no line"
    else:
        found.pages.append(page)
        found.files.append(page.image)


def _of_table(root: Path, path: Path) -> Iterator[LabelledPage]:
    """Yield the pages of a `lines.json`."""
    described = json.loads(path.read_text(encoding="utf-8"))
    prefix = path.parent.relative_to(root).as_posix()
    prefix = "" if prefix == "." else f"{prefix}/"
    for name, page in sorted(described.items()):
        lines = [_line(number, line) for number, line in enumerate(page["lines"])]
        split = page.get("split", "") or _split_of(prefix + name)
        if split and split not in SPLIT_NAMES:
            raise ValueError(f"{name} is of the split {split!r}; expected one of {SPLIT_NAMES}")
        document = page.get("document", "")
        yield LabelledPage(
            prefix + name, path.parent / name, lines, f"{prefix}{document}" if document else "", split
        )


def _line(number: int, line: Mapping[str, Any]) -> PageLine:
    polygon, baseline = (_points(line.get(key) or ()) for key in ("polygon", "baseline"))
    return PageLine(f"line {number}", line.get("text", ""), polygon, baseline)


def _points(pairs: Any) -> Points:
    return tuple((round(x), round(y)) for x, y in pairs)


def _split_of(name: str) -> str:
    """Return the split of a page by the first folder of its path; empty if it says none."""
    first = name.split("/")[0]
    return first if first in SPLIT_NAMES else ""
