"""Transcripts of IAM, and the text of its validation and test pages, which must not be learned from."""

import re
from collections.abc import Iterable, Sequence

from text_recognizer.datasets.iam.dataset import IamDataset

OVERLAP_WORDS = 5  # consecutive words in common: chance does not make them
_NOT_A_WORD = re.compile(r"[^a-z0-9 ]")


class HeldOut:
    """Recognizes text of validation and test, whatever its case, punctuation and line breaks.

    ```python
    from text_recognizer.datasets.iam.texts import HeldOut

    held_out = HeldOut([["The river rose in", "the night and went."]])
    print(held_out.overlaps("... rose in the night, and then"))
    ```
    """

    def __init__(self, pages: Iterable[Sequence[str]]) -> None:
        """Remember the lines of every held-out page, each page in its order."""
        self._lines: set[str] = set()
        self._runs: set[tuple[str, ...]] = set()
        for lines in pages:
            self._lines |= {normalized(line) for line in lines}
            self._runs |= word_runs(" ".join(lines))  # also runs that cross the end of a line

    def is_line(self, text: str) -> bool:
        """Tell whether a held-out line reads the same."""
        return normalized(text) in self._lines

    def overlaps(self, text: str) -> bool:
        """Tell whether `text` is a held-out line or shares `OVERLAP_WORDS` words in a row with the pages."""
        return self.is_line(text) or not self._runs.isdisjoint(word_runs(text))


def normalized(text: str) -> str:
    """Return the words of a text, in lower case and without punctuation.

    >>> normalized('"Life-Peers," he said.')
    'life peers he said'
    """
    return " ".join(_NOT_A_WORD.sub("", re.sub(r"[\s-]+", " ", text.lower())).split())


def word_runs(text: str) -> set[tuple[str, ...]]:
    """Return all runs of `OVERLAP_WORDS` words."""
    words = normalized(text).split()
    return {tuple(words[i : i + OVERLAP_WORDS]) for i in range(len(words) - OVERLAP_WORDS + 1)}


def iam_texts(iam: IamDataset) -> tuple[dict[str, list[str]], HeldOut]:
    """Return the transcripts of train and validation, with or without an image, and what is held out.

    Train is what the recognizers train on: the lines of the split and those of no split whose writer is in
    neither validation nor test.
    """
    split_of_form = {form: iam.split_of_form(form) for form in iam.forms}
    held_out = {"validation", "test"}
    taken = {iam.forms[form].writer for form, split in split_of_form.items() if split in held_out}
    texts: dict[str, list[str]] = {"train": [], "validation": []}
    pages = []
    for name, form in sorted(iam.forms.items()):
        if form.writer in taken:
            pages.append([line.text for line in form.lines])
        else:
            texts["train"] += [line.text for line in form.lines]
        if split_of_form[name] == "validation":
            texts["validation"] += [
                line.text for line in form.lines if iam.split_of_line.get(line.id) == "validation"
            ]
    return texts, HeldOut(pages)
