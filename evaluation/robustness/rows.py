"""Rows of the table: a degradation of a set of pages, a layout, or a kind of pictures without text."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from evaluation.robustness.degradations import CLEAN, DEGRADATIONS, Degradation
from evaluation.robustness.drawn import DRAWN, TruePage, hands
from evaluation.robustness.layouts import LAYOUTS
from evaluation.robustness.page_sets import page_set
from evaluation.robustness.textless import TEXTLESS
from text_recognizer.arrays import GrayImage
from text_recognizer.errors import ConfigError

NAMES = (*DEGRADATIONS, *LAYOUTS, *TEXTLESS)
PAGES = 10  # of a layout, and pictures of a kind, unless they are limited


@dataclass(frozen=True)
class Row:
    """Pages that are read and scored together.

    ```python
    from evaluation.robustness.rows import Row
    from evaluation.robustness.textless import TEXTLESS

    row = Row("gradient", TEXTLESS["gradient"].what, "drawn", [TEXTLESS["gradient"].page(0)])
    print(row.name, len(row.pages))
    ```

    Attributes:
        name: One of `NAMES`.
        what: What is to be seen on the pages.
        source: Name of the set of pages, see `page_set`.
        pages: As they are read.
        in_place: Whether the boxes of the pages are where the lines are.
    """

    name: str
    what: str
    source: str
    pages: list[TruePage]
    in_place: bool = True


def table_rows(
    sources: Sequence[str], split: str, limit: int | None, only: Collection[str] = ()
) -> Iterator[Row]:
    """Yield the rows of a table; what pages are degraded is also shown clean.

    Args:
        sources: Sets of pages, see `page_set`.
        split: Of the sets that have splits.
        limit: Pages of a row; None for all of a set.
        only: Names of the rows; all if there are none.

    Raises:
        ConfigError: If there is no such row.
        DataError: If pages are missing.
    """
    if unknown := sorted(set(only) - set(NAMES)):
        raise ConfigError(f"There are no rows {unknown}. Name some of these: {', '.join(NAMES)}.")
    chosen = set(only or NAMES)
    if chosen & DEGRADATIONS.keys():
        chosen.add(CLEAN)
        for source in sources:
            pages = page_set(source, split, limit)
            for degradation in DEGRADATIONS.values():
                if degradation.name in chosen:
                    yield _degraded(degradation, source, pages)
    count = limit or PAGES
    if chosen & LAYOUTS.keys():
        faces = hands(count)
        for layout in LAYOUTS.values():
            if layout.name in chosen:
                pages = [layout.page(index, face) for index, face in enumerate(faces)]
                yield Row(layout.name, layout.what, DRAWN, pages)
    for kind in TEXTLESS.values():
        if kind.name in chosen:
            yield Row(kind.name, kind.what, DRAWN, [kind.page(index) for index in range(count)])


def _degraded(degradation: Degradation, source: str, pages: Sequence[TruePage]) -> Row:
    changed = [replace(page, load=partial(_changed, degradation, page.id, page.load)) for page in pages]
    return Row(degradation.name, degradation.what, source, changed, degradation.in_place)


def _changed(degradation: Degradation, page_id: str, load: Callable[[], GrayImage]) -> GrayImage:
    return degradation.of(load(), page_id)
