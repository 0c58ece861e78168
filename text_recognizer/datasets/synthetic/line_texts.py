"""Texts of synthetic lines: pieces of running text, or entries of forms; nothing of held-out pages."""

import logging
import re
import string
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from text_recognizer.datasets.corpora.brown import read_brown
from text_recognizer.datasets.iam.dataset import IamDataset
from text_recognizer.datasets.iam.texts import HeldOut, iam_texts
from text_recognizer.datasets.synthetic.form_texts import form_text
from text_recognizer.datasets.synthetic.sign_texts import accented, accents_of, sign_text
from text_recognizer.vocabulary import LINE_CHARACTERS

logger = logging.getLogger(__name__)

CROSSED_OUT = "#"  # stands in IAM's texts for a word that the writer crossed out
_SIGNS_SHARE = 0.4  # entries of forms with signs that only a larger vocabulary has
_CORRECTED_SHARE = 0.015  # pieces with a word crossed out: twice as many as in IAM, to learn them sooner
_IAM_SHARE = 0.25  # pieces taken from IAM, whose spelling the recognizers are tested on; the rest is Brown
_MIN_ENTRY_CHARACTERS = 6  # of another entry beside one with signs
_MIXED_LETTERS = (3, 10)  # fewest and most letters that a hand that mixes both cases writes as capitals
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


@dataclass(frozen=True)
class TextShares:
    """How often lines are of which kind.

    ```python
    from text_recognizer.datasets.synthetic.line_texts import TextShares

    print(TextShares(forms=0.4).forms)
    ```

    Attributes:
        forms: Share of lines as on forms: running text has few digits, capitals and signs.
        capitals: Share of pieces of running text in capitals.
        accents: Share of lines some of whose letters get accents, if the vocabulary has any.
        mixed_case: Share of pieces of running text in a hand that writes some letters as capitals wherever
            they stand ("THe cAT"), as people who print do.
    """

    forms: float = 0.2
    capitals: float = 0.03
    accents: float = 0.15
    mixed_case: float = 0.0


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

    def __init__(
        self,
        brown: Iterable[str],
        iam: Iterable[str],
        held_out: HeldOut,
        characters: str = LINE_CHARACTERS,
        shares: TextShares | None = None,
    ) -> None:
        """Join the texts that no held-out page has.

        Args:
            brown: Sentences of the Brown corpus.
            iam: Lines of IAM train.
            held_out: Text that must not be learned from.
            characters: Those that texts may have.
            shares: How often lines are of which kind.
        """
        self._held_out, self._characters = held_out, characters
        self._shares, self._accents = shares or TextShares(), accents_of(characters)
        self._sources = [RunningText(self._allowed(texts)) for texts in (brown, iam)]

    @property
    def sources(self) -> list[str]:
        """The running texts, which together with a seed decide on every text."""
        return [source.text for source in self._sources]

    def _allowed(self, texts: Iterable[str]) -> list[str]:
        known = set(self._characters) - {CROSSED_OUT}
        return [text for text in texts if known.issuperset(text) and not self._held_out.overlaps(text)]

    def generate(self, rng: np.random.Generator, length: int) -> str:
        """Return a text of about `length` characters of the vocabulary.

        A piece that overlaps with a held-out page, which it may where two sentences meet, is replaced.
        """
        for _ in range(_MAX_TRIES):
            text = self._any(rng, length)
            if not self._held_out.overlaps(text):
                return text
        return form_text(rng, length)

    def _any(self, rng: np.random.Generator, length: int) -> str:
        text = self._form(rng, length) if rng.random() < self._shares.forms else self._running(rng, length)
        if self._accents and rng.random() < self._shares.accents:
            return accented(rng, text, self._accents)
        return text

    def _form(self, rng: np.random.Generator, length: int) -> str:
        """Return entries of a form, one of them with a sign if the vocabulary has signs."""
        if self._characters == LINE_CHARACTERS or rng.random() >= _SIGNS_SHARE:
            return form_text(rng, length)
        signs = sign_text(rng, self._characters)
        if signs is None or length - len(signs) < _MIN_ENTRY_CHARACTERS:
            return signs or form_text(rng, length)
        return " ".join(rng.permutation([signs, form_text(rng, length - len(signs))]).tolist())

    def _running(self, rng: np.random.Generator, length: int) -> str:
        text = self._sources[int(rng.random() < _IAM_SHARE)].piece(rng, length)
        if rng.random() < self._shares.capitals:
            return text.upper()
        if self._shares.mixed_case and rng.random() < self._shares.mixed_case:
            return mixed_case(rng, text)
        if rng.random() < _CORRECTED_SHARE:
            words = text.split(" ")
            words.insert(int(rng.integers(len(words) + 1)), CROSSED_OUT)
            return " ".join(words)
        return text


def mixed_case(rng: np.random.Generator, text: str) -> str:
    """Return a text in which a few letters, the same ones everywhere, are capitals.

    ```python
    import numpy as np

    from text_recognizer.datasets.synthetic.line_texts import mixed_case

    print(mixed_case(np.random.default_rng(0), "the river rose in the night"))
    ```
    """
    letters = rng.permutation(list(string.ascii_lowercase)).tolist()
    count = int(rng.integers(*_MIXED_LETTERS, endpoint=True))
    return text.translate(str.maketrans({letter: letter.upper() for letter in letters[:count]}))


def load_line_texts(
    characters: str = LINE_CHARACTERS, shares: TextShares | None = None
) -> tuple[LineTexts, Sequence[int]]:
    """Return the texts of Brown and IAM train, and the lengths of the lines of IAM train.

    Args:
        characters: Those that texts may have.
        shares: How often lines are of which kind.

    Raises:
        DataError: If Brown or IAM is missing.
    """
    iam = IamDataset()
    iam.load_or_generate_data()
    texts, held_out = iam_texts(iam)
    line_texts = LineTexts(read_brown("train"), texts["train"], held_out, characters, shares)
    return line_texts, [len(text) for text in texts["train"]]
