"""Texts of synthetic lines: pieces of running text, or entries of forms; nothing of held-out pages."""

import logging
import re
from collections.abc import Iterable, Sequence

import numpy as np

from text_recognizer.datasets.corpora.brown import read_brown
from text_recognizer.datasets.iam.dataset import IamDataset
from text_recognizer.datasets.iam.texts import HeldOut, iam_texts
from text_recognizer.datasets.synthetic.form_texts import form_text
from text_recognizer.vocabulary import LINE_CHARACTERS

logger = logging.getLogger(__name__)

CROSSED_OUT = "#"  # stands in IAM's texts for a word that the writer crossed out
_FORMS_SHARE = 0.2  # lines as on forms: running text has few digits, capitals and signs
_CAPITALS_SHARE = 0.03  # pieces of running text in capitals
_CORRECTED_SHARE = 0.015  # pieces with a word crossed out: twice as many as in IAM, to learn them sooner
_IAM_SHARE = 0.25  # pieces taken from IAM, whose spelling the recognizers are tested on; the rest is Brown
_MAX_TRIES = 20  # then the text of a form, which overlaps with no page


class RunningText:
    """Sentences one behind the other, of which any run of words can be taken.

    ```python
    import numpy as np

    from text_recognizer.datasets.synthetic.line_texts import RunningText

    text = RunningText(["The river rose in the night.", "Nobody had slept."])
    print(text.piece(np.random.default_rng(0), length=20))
    ```
    """

    def __init__(self, sentences: Iterable[str]) -> None:
        """Join the sentences."""
        self.text = " ".join(" ".join(sentences).split())
        starts = [match.end() for match in re.finditer("^| ", self.text)]
        # Where each word starts, and where one behind the last word would.
        self._starts = np.array([*starts, len(self.text) + 1], np.int64)

    def piece(self, rng: np.random.Generator, length: int) -> str:
        """Return a run of whole words, at least one, whose length is as near to `length` as possible."""
        first = int(rng.integers(len(self._starts) - 1))
        start = int(self._starts[first])
        ends = self._starts[first + 1 : first + length // 2 + 3] - 1
        nearest = int(ends[np.abs(ends - start - length).argmin()])
        return self.text[start:nearest]


class LineTexts:
    """Generates texts of lines.

    ```python
    import numpy as np

    from text_recognizer.datasets.iam.texts import HeldOut
    from text_recognizer.datasets.synthetic.line_texts import LineTexts

    texts = LineTexts(["The river rose in the night."], ["nobody had slept"], HeldOut([]))
    print(texts.generate(np.random.default_rng(0), length=20))
    ```
    """

    def __init__(self, brown: Iterable[str], iam: Iterable[str], held_out: HeldOut) -> None:
        """Join the texts that no held-out page has.

        Args:
            brown: Sentences of the Brown corpus.
            iam: Lines of IAM train.
            held_out: Text that must not be learned from.
        """
        self._held_out = held_out
        self._sources = [RunningText(self._allowed(texts)) for texts in (brown, iam)]

    @property
    def sources(self) -> list[str]:
        """The running texts, which together with a seed decide on every text."""
        return [source.text for source in self._sources]

    def _allowed(self, texts: Iterable[str]) -> list[str]:
        known = set(LINE_CHARACTERS) - {CROSSED_OUT}
        return [text for text in texts if known.issuperset(text) and not self._held_out.overlaps(text)]

    def generate(self, rng: np.random.Generator, length: int) -> str:
        """Return a text of about `length` characters of LINE_CHARACTERS.

        A piece that overlaps with a held-out page, which it may where two sentences meet, is replaced.
        """
        for _ in range(_MAX_TRIES):
            text = self._any(rng, length)
            if not self._held_out.overlaps(text):
                return text
        return form_text(rng, length)

    def _any(self, rng: np.random.Generator, length: int) -> str:
        if rng.random() < _FORMS_SHARE:
            return form_text(rng, length)
        text = self._sources[int(rng.random() < _IAM_SHARE)].piece(rng, length)
        if rng.random() < _CAPITALS_SHARE:
            return text.upper()
        if rng.random() < _CORRECTED_SHARE:
            words = text.split(" ")
            words.insert(int(rng.integers(len(words) + 1)), CROSSED_OUT)
            return " ".join(words)
        return text


def load_line_texts() -> tuple[LineTexts, Sequence[int]]:
    """Return the texts of Brown and IAM train, and the lengths of the lines of IAM train.

    Raises:
        DataError: If Brown or IAM is missing.
    """
    iam = IamDataset()
    iam.load_or_generate_data()
    texts, held_out = iam_texts(iam)
    return LineTexts(read_brown("train"), texts["train"], held_out), [len(text) for text in texts["train"]]
