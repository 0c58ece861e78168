"""Sets of test words, the subsets that published figures are of, and the scores of recognized words."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from evaluation.common import MAX_WORST_ITEMS
from text_recognizer.arrays import GrayImage
from text_recognizer.datasets.labelled.images import LabelledImage, unique_among_folders
from text_recognizer.datasets.words.folders import read_word_folder
from text_recognizer.datasets.words.labelled_dataset import TRAIN_FOLDERS, is_held_back
from text_recognizer.datasets.words.subsets import ALL, ALPHANUMERIC, LIST, LISTED, LONGER, field_subsets
from text_recognizer.errors import DataError, InvalidInputError
from text_recognizer.metrics.words import edit_similarities, mean_interval, protocol_form, word_matches
from text_recognizer.tooling.data_root import raw_dir
from text_recognizer.tooling.selection import spread

logger = logging.getLogger(__name__)

PROTOCOL = "case-insensitive, letters and digits alone (Baek et al. 2019)"
SCENE_TEXT = "scene_text"  # all test sets of it at once

# Where each test set lies: in a mirror with labels.tsv, or unpacked as data/raw/scene_text/readme.md says.
_TEST_FOLDERS = {
    "IIIT5K": ("scene_text/iiit5k_test", "scene_text/iiit5k/IIIT5K"),
    "IC13": ("scene_text/ic13_test",),
    "IC15": ("scene_text/ic15_test",),
}
# The subsets that are scored, the one that the set counts by first. 1,811 words of IC15 need a list.
_SUBSETS = {"IC13": (ALPHANUMERIC, LONGER), "IC15": (ALL, LISTED, ALPHANUMERIC)}
_BLANK_SIDE_PX = 64  # any size will do


@dataclass(frozen=True)
class WordSet:
    """Words that are read once and scored as one or several subsets.

    ```python
    from pathlib import Path

    from evaluation.items.words import WordSet, score_set
    from text_recognizer.datasets.labelled.images import LabelledImage

    shop = WordSet("shop", Path(folder), [LabelledImage("1", "Coffee", Path(folder) / "line.png")])
    print(score_set(shop, ["COFFEE"])["shop 1"]["word_accuracy"])
    ```

    Attributes:
        name: Short name, such as `IC13`.
        folder: Holds the words, and perhaps a list of a subset.
        words: In the order of the labels.
    """

    name: str
    folder: Path
    words: list[LabelledImage]


def word_sets(dataset: str, split: str, also: Sequence[str] = (), limit: int | None = None) -> list[WordSet]:
    """Return the sets to score.

    Args:
        dataset: `scene_text`, or a folder of the mirror with labelled words.
        split: Of `scene_text`: `test` are the test sets that are here, `validation` and `train` what
            `LabelledWordsDataset` makes of its default folders. Other folders are scored as a whole.
        also: More folders of the mirror; one that was generated stands for its validation words.
        limit: Score this many words of each set, at equal distances; None scores all.

    Raises:
        DataError: If a folder is missing or damaged, or there is no set at all.
    """
    if dataset != SCENE_TEXT:
        sets = [_folder(dataset)]
    else:
        sets = _test_sets() if split == "test" else _training_sets(split == "validation")
    sets += [_folder(name) for name in also]
    return [WordSet(each.name, each.folder, spread(each.words, limit)) for each in sets]


def _test_sets() -> list[WordSet]:
    sets = []
    for name, folders in _TEST_FOLDERS.items():
        folder = next((path for path in map(raw_dir, folders) if path.is_dir()), None)
        if folder is None:
            logger.warning("%s is not here: there is no %s", name, " or ".join(folders))
        else:
            sets.append(_read(name, folder))
    if not sets:
        raise DataError(
            "None of the test sets of scene text is here. Name the folder that holds scene_text/ with "
            "--mirror; data/raw/scene_text/readme.md says how to get them."
        )
    return sets


def _training_sets(validation: bool) -> list[WordSet]:
    """Return what is held back of the training folders, or the rest of them."""
    sets = []
    for name in TRAIN_FOLDERS:
        each = _read(Path(name).name, raw_dir(name))
        words = [
            word
            for word in unique_among_folders(name, each.words)
            if is_held_back(word.group or word.id) == validation
        ]
        sets.append(WordSet(each.name, each.folder, words))
    return sets


def _folder(name: str) -> WordSet:
    folder = raw_dir(name)
    if not folder.is_dir():
        raise DataError(f"There is no folder {folder}. Name the folder that holds {name} with --mirror.")
    inner = folder / "validation"
    return _read(Path(name).name, inner if inner.is_dir() else folder)


def _read(name: str, folder: Path) -> WordSet:
    found = read_word_folder(folder, "test")
    if found.left_out:
        logger.warning("%s: %d words have no image", name, len(found.left_out))
    return WordSet(name, folder, found.images)


def load_or_blank(word: LabelledImage) -> GrayImage:
    """Return the image of a word; for an unreadable one, blank paper: the word counts as missed."""
    try:
        return word.load()
    except InvalidInputError as error:
        logger.warning("%s counts as blank: %s", word.id, error)
        return np.full((_BLANK_SIDE_PX, _BLANK_SIDE_PX), 255, np.uint8)


def main_words(word_set: WordSet) -> list[LabelledImage]:
    """Return the scorable words of the subset by which a set counts."""
    subset = _SUBSETS.get(word_set.name, (ALL,))[0]
    return scorable(field_subsets(word_set.folder, word_set.words)[subset])


def score_set(word_set: WordSet, predictions: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the scores of each subset of a set by its name and size; the one that it counts by is first.

    Args:
        word_set: What was read.
        predictions: A text for each of its words.
    """
    by_id = {word.id: text for word, text in zip(word_set.words, predictions, strict=True)}
    subsets = field_subsets(word_set.folder, word_set.words)
    scores: dict[str, dict[str, Any]] = {}
    for subset in _SUBSETS.get(word_set.name, (ALL,)):
        if words := scorable(subsets.get(subset, [])):
            size = f"{word_set.name} {len(words):,}"
            name = f"{size} ({subset})" if size in scores else size
            scores[name] = {"subset": subset, **score(words, [by_id[word.id] for word in words])}
    return scores


def unscored_subsets(sets: Sequence[WordSet]) -> dict[str, str]:
    """Return why a subset that some papers score is not among the scores; nothing if none is missing."""
    lacking = [
        each for each in sets if LISTED in _SUBSETS.get(each.name, ()) and not (each.folder / LIST).is_file()
    ]
    if not lacking:
        return {}
    return {
        "not_scored": f"1,811 words of {lacking[0].name}: their list {LIST} does not lie beside the labels, "
        "and no rule makes the same choice."
    }


def scorable(words: Sequence[LabelledImage]) -> list[LabelledImage]:
    """Return the words that have a letter or a digit; the protocol leaves out the others."""
    return [word for word in words if protocol_form(word.text)]


def score(words: Sequence[LabelledImage], predictions: Sequence[str]) -> dict[str, Any]:
    """Return word accuracy and 1 - NED of scorable words with their 95 % intervals.

    Raises:
        InvalidInputError: If there are no words, or not as many predictions.
    """
    references = [word.text for word in words]
    right, similar = word_matches(predictions, references), edit_similarities(predictions, references)
    return {
        "n": len(right),
        "word_accuracy": float(right.mean()),
        "word_accuracy_ci95": list(mean_interval(right)),
        "one_minus_ned": float(similar.mean()),
        "one_minus_ned_ci95": list(mean_interval(similar)),
    }


def score_case(words: Sequence[LabelledImage], predictions: Sequence[str]) -> dict[str, Any]:
    """Return the scores of words in capitals alone, of the others, and how far apart they are.

    Digits alone are no capitals. A side without words has no scores, and then there is no `gap`.
    """
    read = list(zip(words, predictions, strict=True))
    upper = [(word, text) for word, text in read if word.text.isupper()]
    other = [(word, text) for word, text in read if not word.text.isupper()]
    sides = {
        name: score(*zip(*side, strict=True)) for name, side in (("upper", upper), ("other", other)) if side
    }
    if len(sides) == 2:
        return {**sides, "gap": sides["other"]["word_accuracy"] - sides["upper"]["word_accuracy"]}
    return sides


def worst_words(word_set: WordSet, predictions: Sequence[str]) -> list[dict[str, str]]:
    """Return the words that are read least alike their texts, the worst first; ties keep their order."""
    read = [(w, text) for w, text in zip(word_set.words, predictions, strict=True) if protocol_form(w.text)]
    similar = edit_similarities([text for _, text in read], [word.text for word, _ in read])
    return [
        {"id": f"{word_set.name}/{word.id}", "reference": word.text, "prediction": text}
        for word, text in (read[i] for i in np.argsort(similar, kind="stable")[:MAX_WORST_ITEMS])
    ]


def markdown_table(rows: Mapping[str, Mapping[str, Any]]) -> str:
    """Return scores by name, as `score` returns them, as a table in Markdown."""
    lines = ["| words | word accuracy | 1 - NED |", "|---|---|---|"]
    for name, row in rows.items():
        cells = [
            f"{row[key]:.1%} ({row[f'{key}_ci95'][0]:.1%}-{row[f'{key}_ci95'][1]:.1%})"
            for key in ("word_accuracy", "one_minus_ned")
        ]
        lines.append(f"| {name} | {cells[0]} | {cells[1]} |")
    return "\n".join(lines)
