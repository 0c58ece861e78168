"""FSDL handwriting: pages of a course of 2019, their lines labelled by hand, or an export of your own.

The export (`fsdl/export.py`) names the pages by their addresses; they go to `raw/fsdl_handwriting/pages`.
"""

import hashlib
import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from text_recognizer.arrays import InkImage
from text_recognizer.datasets.files.download import DigestError, locate
from text_recognizer.datasets.fsdl.export import ExportPage, Problem, read_export
from text_recognizer.datasets.fsdl.geometry import line_region, upright_size
from text_recognizer.datasets.pages.page_images import ensure_images
from text_recognizer.errors import DataError, DownloadError
from text_recognizer.geometry import Region
from text_recognizer.images.loading import load_image
from text_recognizer.tooling.data_root import data_root, mirror_dir

logger = logging.getLogger(__name__)

NAME, EXPORT = "fsdl_handwriting", "fsdl_handwriting.json"

_TEST_FRACTION = _VALIDATION_FRACTION = 0.15  # about ten pages each in the export of 2019
_ASPECT_TOLERANCE = 0.02  # scaled copies differ by less, turned pages by more
_FRAMED_PX = 400  # longer side of a page in a contact sheet
_IAM_FORM = re.compile(r"[a-r]\d\d-\d{3}[a-z]?")
_README = f"data/raw/{NAME}/readme.md"


@dataclass
class FsdlHandwritingDataset:
    """The pages of an export and what is known about their lines.

    ```python
    from text_recognizer.datasets import FsdlHandwritingDataset

    pages = FsdlHandwritingDataset()  # nothing is read before load_or_generate_data()
    print(len(pages.pages), pages.problems)
    ```

    Attributes:
        pages: Every page of the export by id, with its usable lines; filled by `load_or_generate_data`.
        problems: What is wrong in the export, by page and annotation.
        missing_pages: Why there is no image of a page, by id.
    """

    pages: dict[str, ExportPage] = field(default_factory=dict, init=False)
    problems: list[Problem] = field(default_factory=list, init=False)
    missing_pages: dict[str, str] = field(default_factory=dict, init=False)
    _paths: dict[str, Path] = field(default_factory=dict, init=False)
    _sizes: dict[str, tuple[int, int]] = field(default_factory=dict, init=False)

    def load_or_generate_data(self) -> None:
        """Read the export and download the pages that are not here.

        Raises:
            DataError: If the export is missing or no page of it can be had.
        """
        try:
            export = locate(NAME, EXPORT)
        except DigestError as error:
            raise _not_recorded() from error
        except DownloadError as error:
            raise _without_export(error) from error
        self.pages, self.problems = read_export(export)
        self._sizes = {}
        self._paths, self.missing_pages = _find_pages(self.pages.values())
        if not self._paths:
            raise _without_pages(self.pages, self.missing_pages)
        for page_id, path in self._paths.items():
            self._check_size(self.pages[page_id], path)
        for page_id, reason in self.missing_pages.items():
            logger.warning("No image of page %s: %s", page_id, reason)
        for problem in self.problems:
            logger.warning("Left out %s", problem)

    def _check_size(self, page: ExportPage, path: Path) -> None:
        """Read the size of a page; leave out its lines if the image is not the one that was labelled."""
        try:
            size = self._sizes[page.id] = upright_size(path)
        except (OSError, ValueError) as error:
            reason = f"the image cannot be read: {error}. Replace {path}, or delete it to fetch it again"
            self.missing_pages[page.id] = reason
            return
        if page.size is None:
            return
        relative = (size[0] / size[1]) / (page.size[0] / page.size[1])
        if abs(relative - 1) > _ASPECT_TOLERANCE:
            reason = f"expected an image of proportions {page.size}; received {size}: another or turned page"
            self.problems.append(Problem(page.id, None, reason))
            self.pages[page.id] = replace(page, lines=())

    @property
    def data_by_page_id(self) -> dict[str, dict[str, Any]]:
        """The record of each page as the export has it."""
        return {page.id: page.record for page in self.pages.values()}

    @property
    def page_paths(self) -> dict[str, Path]:
        """The image of each page that is here, by id."""
        return {page_id: path for page_id, path in self._paths.items() if page_id not in self.missing_pages}

    @property
    def page_filenames(self) -> list[Path]:
        """The images that are here, in the order of the export."""
        return list(self.page_paths.values())

    @property
    def line_regions_by_id(self) -> dict[str, list[Region]]:
        """Boxes of the usable lines by page, in pixels of its image, or of the labelled one without it."""
        return {
            page.id: [line_region(line.points, self._sizes.get(page.id, page.size)) for line in page.lines]
            for page in self.pages.values()
            if page.size is not None
        }

    @property
    def line_strings_by_id(self) -> dict[str, list[str]]:
        """Texts of the usable lines by page, in the order of `line_regions_by_id`; empty if not typed."""
        return {
            page.id: [line.text for line in page.lines]
            for page in self.pages.values()
            if page.size is not None
        }

    def splits_of_pages(self) -> dict[str, str]:
        """Return `train`, `validation` or `test` for each page to train on, by a hash of its name.

        These are the pages with an image and a line. Pages that are forms of IAM are left out, because IAM
        has them in a split of its own. Two scans of one name share a split. The export names no writers, so
        a writer may be in more than one split.
        """
        usable = {page_id: _name(page_id) for page_id in self.page_paths if self.pages[page_id].lines}
        usable = {page_id: name for page_id, name in usable.items() if not _IAM_FORM.fullmatch(name)}
        splits = split_by_hash(usable.values())
        return {page_id: splits[name] for page_id, name in usable.items()}

    def samples(self, count: int) -> tuple[list[InkImage], list[str]]:
        """Return at most `count` pages at a reduced size, their lines framed, and a caption for each."""
        chosen = list(self.page_paths.items())[:count]
        regions = self.line_regions_by_id
        pages = [_framed(image, regions.get(page_id, [])) for page_id, image in chosen]
        return pages, [_name(page_id) for page_id, _ in chosen]

    def describe(self) -> str:
        """Return counts as text."""
        lines = [line for page in self.pages.values() for line in page.lines]
        split = list(self.splits_of_pages().values())
        counts = {name: split.count(name) for name in ("train", "validation", "test")}
        characters = sorted(set("".join(line.text for line in lines)))
        return (
            f"FSDL handwriting: {len(self.pages)} pages, {len(self.page_paths)} with an image, "
            f"{sum(bool(page.lines) for page in self.pages.values())} with lines; {len(lines)} lines, "
            f"{sum(bool(line.text) for line in lines)} of them with a text; {len(self.problems)} problems\n"
            f"pages to train on {counts}, split by page: no writers are known\n"
            f"{len(characters)} different characters: {''.join(characters)}"
        )


def split_by_hash(names: Iterable[str]) -> dict[str, str]:
    """Return a split for each name: 15 % test, 15 % validation, by a hash of the name alone.

    With three or more names no split stays empty: the next names in the order of their hashes join it.
    """
    digests = {name: hashlib.sha256(name.encode()).digest() for name in names}
    order = sorted(digests, key=lambda name: digests[name])
    shares = [int.from_bytes(digests[name][:8], "big") / 2**64 for name in order]
    in_test = sum(share < _TEST_FRACTION for share in shares)
    held_out = sum(share < _TEST_FRACTION + _VALIDATION_FRACTION for share in shares)
    if len(order) >= 3:
        in_test = min(max(1, in_test), len(order) - 2)
        held_out = min(max(in_test + 1, held_out), len(order) - 1)
    parts = ["test"] * in_test + ["validation"] * (held_out - in_test)
    parts += ["train"] * (len(order) - len(parts))
    return dict(zip(order, parts, strict=True))


def _name(page_id: str) -> str:
    """Return the name that a page had before the labelling tool put an id of its own in front."""
    return page_id.rpartition("___")[2]


def _find_pages(pages: Iterable[ExportPage]) -> tuple[dict[str, Path], dict[str, str]]:
    """Return by page id the images, downloading those that are not here, and why others could not be had."""
    listed = list(pages)
    in_mirror = mirror_dir(NAME)
    folders = [data_root() / "raw" / NAME / "pages"]
    paths = {}
    if in_mirror is not None:
        folders.insert(0, in_mirror / "pages")
        paths = {p.id: path for p in listed if (path := folders[0] / p.filename).is_file()}
    others = {page.filename: page.url for page in listed if page.id not in paths}
    failures = ensure_images(others, folders[-1])
    missing = {page.id: failures[page.filename] for page in listed if page.filename in failures}
    for page in listed:
        if page.id not in missing:
            paths.setdefault(page.id, folders[-1] / page.filename)
    return {page.id: paths[page.id] for page in listed if page.id in paths}, missing


def _not_recorded() -> DataError:
    return DataError(
        f"{EXPORT} is not the export whose SHA-256 is recorded in data/raw/{NAME}/metadata.toml. If it is an "
        "export of your own pages, keep it, put it beside that metadata.toml and record it with "
        f"tasks/update_fsdl_paragraphs_metadata.sh. See {_README}."
    )


def _without_export(error: DownloadError) -> DataError:
    return DataError(
        f"{error} The address of the export of 2019 no longer answers. Put that export, or one of your own "
        f"pages, to {data_root() / 'raw' / NAME / EXPORT}, or name a folder that holds {NAME}/{EXPORT} with "
        "--mirror. Record the SHA-256 of your own export with tasks/update_fsdl_paragraphs_metadata.sh. "
        f"See {_README}."
    )


def _without_pages(pages: dict[str, ExportPage], missing: dict[str, str]) -> DataError:
    first = next(iter(missing), "")
    names = [pages[page_id].filename for page_id in list(missing)[:5]]
    more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
    return DataError(
        f"None of the {len(pages)} page images that {EXPORT} names is here or can be fetched. {first}: "
        f"{missing.get(first, '')} The addresses of the export of 2019 no longer answer. Put the images "
        f"({', '.join(names)}{more}) into {data_root() / 'raw' / NAME / 'pages'}, or name a folder "
        f"that holds {NAME}/pages with --mirror. See {_README}."
    )


def _framed(path: Path, regions: Iterable[Region]) -> InkImage:
    """Return a page (H, W) at a reduced size, its lines framed."""
    page = Image.fromarray(255 - load_image(path))
    draw = ImageDraw.Draw(page)
    for region in regions:
        draw.rectangle((region.x1, region.y1, region.x2, region.y2), outline=255, width=page.width // 200 + 1)
    page.thumbnail((_FRAMED_PX, _FRAMED_PX))
    return np.asarray(page)
