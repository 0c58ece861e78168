"""The subsets of test words by which published figures are stated.

IC13_1015 are the words of letters and digits alone, IC13_857 those of them that have three or more;
IC15_2077 are all words. IC15_1811 leaves out "non-alphanumeric character images and some extremely rotated,
perspective-shifted, and curved images" (Baek et al. 2019, after Cheng et al. 2017): no rule finds these, so
they come from the list that MMOCR publishes, `textrecog_test_1811.json`, if it lies beside the labels.
"""

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from text_recognizer.datasets.labelled.images import LabelledImage
from text_recognizer.errors import DataError

ALL, ALPHANUMERIC, LONGER, LISTED = "all", "alphanumeric", "alphanumeric of 3 or more", "listed (1811)"
LIST = "textrecog_test_1811.json"

_ALPHANUMERIC = re.compile(r"[0-9A-Za-z]+")
_MIN_LENGTH = 3  # of IC13_857, after Wang, Babenko, Belongie 2011


def field_subsets(folder: Path, words: Sequence[LabelledImage]) -> dict[str, list[LabelledImage]]:
    """Return the subsets of the words of a folder by name; `LISTED` only if its list is there.

    Raises:
        DataError: If the list is damaged.
    """
    rules: dict[str, Callable[[LabelledImage], bool]] = {
        ALL: lambda word: True,
        ALPHANUMERIC: lambda word: bool(_ALPHANUMERIC.fullmatch(word.text)),
        LONGER: lambda word: bool(_ALPHANUMERIC.fullmatch(word.text)) and len(word.text) >= _MIN_LENGTH,
    }
    if (folder / LIST).is_file():
        numbers = _listed(folder / LIST)
        rules[LISTED] = lambda word: _number(word.id) in numbers
    return {name: [word for word in words if rule(word)] for name, rule in rules.items()}


def _listed(path: Path) -> set[int]:
    """Return the numbers of the images that a list names (`word_17.png`: 17)."""
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))["data_list"]
        return {number for entry in entries if (number := _number(entry["img_path"])) is not None}
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"{path} is not the list of MMOCR ({error!r}); expected data_list with img_path. Fetch it again."
        ) from error


def _number(name: str) -> int | None:
    """Return the number at the end of a file's name; None if there is none."""
    digits = re.search(r"(\d+)(?:\.\w+)?$", name)
    return int(digits[1]) if digits else None
