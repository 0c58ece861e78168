"""Any folder of labelled lines -> its lines: labels.tsv, pairs of image and text, PAGE XML or ALTO.

Folders below it are read too, so that a folder of folders is one data set. What cannot be used is kept with
the reason and ends nothing.
"""

import functools
from collections.abc import Iterator
from pathlib import Path

from text_recognizer.arrays import GrayImage
from text_recognizer.datasets.dataset import SPLIT_NAMES
from text_recognizer.datasets.files.labels import LABELS, parsed_labels
from text_recognizer.datasets.labelled.images import NO_IMAGE, LabelledFolder, LabelledImage
from text_recognizer.datasets.labelled_lines.cutting import cut_line
from text_recognizer.datasets.labelled_lines.page_documents import (
    IMAGE_SUFFIXES,
    PageLine,
    read_document,
)
from text_recognizer.errors import DataError
from text_recognizer.images.loading import load_image

TEXT_SUFFIX = ".gt.txt"  # beside the image of a line: as kraken, Calamari and Tesseract name them
DOCUMENTS = "documents.tsv"  # beside labels.tsv: image<TAB>document
SPLITS = "splits"  # beside labels.tsv: train.txt, validation.txt, test.txt list images

_SPLIT_FOLDERS = {**{name: name for name in SPLIT_NAMES}, "val": "validation", "valid": "validation"}
_NO_TEXT = "it has no text"


def read_line_folder(folder: Path) -> LabelledFolder:
    """Return the labelled lines of a folder and of the folders below it.

    Splits are those of `splits/*.txt` beside labels.tsv, or of folders named train, validation and test.

    Raises:
        DataError: If there is no such folder, or it has no label of a known form.
    """
    if not folder.is_dir():
        raise DataError(f"There is no folder {folder}. Name a folder with labelled lines.")
    found = LabelledFolder("", [], [])
    forms = []
    for form, part in _parts(folder):
        forms += [form] if form not in forms else []
        found.images.extend(part.images)
        found.files.extend(part.files)
        found.left_out.update(part.left_out)
        found.splits.update(part.splits)
    if not forms:
        raise DataError(
            f"{folder} holds no labelled lines; expected {LABELS} (image<TAB>text), pairs NAME.png and "
            f"NAME{TEXT_SUFFIX}, or PAGE XML or ALTO with its images."
        )
    found.splits.update(
        {i.id: s for i in found.images if i.id not in found.splits and (s := _split_of(i.id))}
    )
    return LabelledFolder(" and ".join(forms), found.images, found.files, found.left_out, found.splits)


def _parts(folder: Path) -> Iterator[tuple[str, LabelledFolder]]:
    """Yield the form and the lines of every file of labels in a folder and below it."""
    for path in sorted(folder.rglob(LABELS)):
        yield LABELS, _of_table(folder, path)
    pairs = sorted(folder.rglob(f"*{TEXT_SUFFIX}"))
    if pairs:
        yield f"*{TEXT_SUFFIX}", _of_pairs(folder, pairs)
    documents = [path for path in sorted(folder.rglob("*.xml")) if path.name.lower() != "mets.xml"]
    if documents:
        yield "XML", _of_documents(folder, documents)


def _of_table(root: Path, labels: Path) -> LabelledFolder:
    """Return the lines of a labels.tsv."""
    folder, prefix = labels.parent, _prefix(root, labels.parent)
    try:
        rows, damaged = parsed_labels(folder)
        documents = dict(parsed_labels(folder, DOCUMENTS)[0]) if (folder / DOCUMENTS).is_file() else {}
        splits = _listed_splits(folder)
    except (DataError, OSError, UnicodeDecodeError) as error:
        return LabelledFolder(LABELS, [], [], {f"{prefix}{LABELS}": str(error)})
    left_out = {f"{prefix}{LABELS}, line {number}": "it is no 'image<TAB>text'" for number in damaged}
    images = []
    for name, text in rows:
        if not text.strip():
            left_out[prefix + name] = _NO_TEXT
        elif not (folder / name).is_file():
            left_out[prefix + name] = NO_IMAGE
        else:
            group = f"{prefix}{documents[name]}" if name in documents else ""
            images.append(LabelledImage(prefix + name, text, folder / name, group))
    files = [labels, *(folder / image.id.removeprefix(prefix) for image in images)]
    return LabelledFolder(LABELS, images, files, left_out, {prefix + n: split for n, split in splits.items()})


def _of_pairs(root: Path, texts: list[Path]) -> LabelledFolder:
    """Return the lines whose texts lie in files beside their images."""
    images, files, left_out = [], [], {}
    for path in texts:
        stem = path.name.removesuffix(TEXT_SUFFIX)
        name = f"{_prefix(root, path.parent)}{stem}"
        candidates = [path.parent / f"{stem}{suffix}" for suffix in IMAGE_SUFFIXES]
        image = next((candidate for candidate in candidates if candidate.is_file()), None)
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            left_out[name] = f"its text cannot be read: {error}"
            continue
        if image is None or not text.strip():
            left_out[name] = NO_IMAGE if image is None else _NO_TEXT
            continue
        images.append(LabelledImage(name, text, image, ""))
        files += [path, image]
    return LabelledFolder(TEXT_SUFFIX, images, files, left_out)


def _of_documents(root: Path, paths: list[Path]) -> LabelledFolder:
    """Return the transcribed lines of PAGE and ALTO documents, cut out of the images of their pages."""
    images, files, left_out = [], [], {}
    for path in paths:
        name = f"{_prefix(root, path.parent)}{path.stem}"
        try:
            document = read_document(path)
        except (DataError, OSError, UnicodeDecodeError) as error:
            left_out[name] = str(error)
            continue
        files += [path, document.image]
        for line in document.lines:
            if line.text.strip():
                cut = functools.partial(_cut, document.image, line)
                images.append(LabelledImage(f"{name}/{line.id}", line.text, cut, name))
            else:
                left_out[f"{name}/{line.id}"] = _NO_TEXT
    return LabelledFolder("XML", images, list(dict.fromkeys(files)), left_out)


def _cut(page: Path, line: PageLine) -> GrayImage:
    """Return a line (h, w) of the page in an image file."""
    return cut_line(_page(page), line.polygon, line.baseline)


@functools.lru_cache(maxsize=1)  # the lines of a page follow each other
def _page(path: Path) -> GrayImage:
    """Return the grey values (H, W) of a page."""
    return load_image(path)


def _listed_splits(folder: Path) -> dict[str, str]:
    """Return the split of each image that the lists in `splits/` name."""
    splits: dict[str, str] = {}
    for path in sorted((folder / SPLITS).glob("*.txt")):
        if (split := _SPLIT_FOLDERS.get(path.stem)) is not None:
            splits |= dict.fromkeys(path.read_text(encoding="utf-8-sig").split("\n"), split)
    return {name.strip(): split for name, split in splits.items() if name.strip()}


def _split_of(name: str) -> str | None:
    """Return the split of a line by the first folder of its path."""
    return _SPLIT_FOLDERS.get(name.split("/")[0])


def _prefix(root: Path, folder: Path) -> str:
    """Return the path of a folder below the root with a slash behind it; nothing for the root itself."""
    relative = folder.relative_to(root).as_posix()
    return "" if relative == "." else f"{relative}/"
