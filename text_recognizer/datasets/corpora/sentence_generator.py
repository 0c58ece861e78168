"""Random pieces of English text, taken from the Brown corpus."""

import functools
import re
import sys

import numpy as np

from text_recognizer.datasets.corpora.brown import read_brown
from text_recognizer.datasets.dataset import SPLIT_NAMES
from text_recognizer.errors import ConfigError
from text_recognizer.tooling.command import add_mirror_argument, command_parser, run_command

_SEPARATORS = re.compile(r"[\s/-]+")
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9 ]")


class SentenceGenerator:
    """Generates runs of consecutive words of the corpus.

    ```python
    from text_recognizer.datasets.corpora.sentence_generator import SentenceGenerator

    sentences = SentenceGenerator("train", plain=True, seed=1)  # the corpus is read by generate()
    print(sentences.part)
    ```

    Args:
        part: `train`, `validation` or `test`; each takes its words from other texts.
        plain: Whether to keep only letters, digits and spaces, which EMNIST has glyphs for.
        seed: Equal seeds give equal sequences of texts.

    Raises:
        ConfigError: If there is no such part.
    """

    def __init__(self, part: str = "train", plain: bool = False, seed: int = 0) -> None:
        """Set the parameters."""
        if part not in SPLIT_NAMES:
            raise ConfigError(f"Expected a part of {SPLIT_NAMES}; received {part!r}.")
        self.part, self.plain = part, plain
        self._rng = np.random.default_rng(seed)

    @functools.cached_property
    def words(self) -> list[str]:
        """The words of the part in their order.

        Raises:
            DataError: If the corpus is missing or damaged.
        """
        text = " ".join(read_brown(self.part))
        return (plain_spelling(text) if self.plain else text).split(" ")

    def generate(self, max_length: int) -> str:
        """Return a text of 1 to `max_length` characters that starts and ends at word boundaries.

        The number of words is uniform among those that fit. A first word that is too long is passed over.

        Raises:
            ConfigError: If no word of the corpus is that short.
            DataError: If the corpus is missing or damaged.
        """
        first = self._first_word(max_length)
        length, ends = -1, []
        for end in range(first, len(self.words)):
            length += 1 + len(self.words[end])
            if length > max_length:
                break
            ends.append(end + 1)
        return " ".join(self.words[first : ends[self._rng.integers(len(ends))]])

    def _first_word(self, max_length: int) -> int:
        start = int(self._rng.integers(len(self.words)))
        for step in range(len(self.words)):
            index = (start + step) % len(self.words)
            if len(self.words[index]) <= max_length:
                return index
        shortest = min(map(len, self.words))
        raise ConfigError(
            f"Expected max_length >= {shortest}, the length of the shortest word; received {max_length}."
        )


def plain_spelling(text: str) -> str:
    """Return `text` with only letters, digits and single spaces: hyphens separate words, other signs vanish.

    >>> plain_spelling("Over-all (it's 1961) - so?")
    'Over all its 1961 so'
    """
    return re.sub(" +", " ", _NOT_PLAIN.sub("", _SEPARATORS.sub(" ", text))).strip()


def main(arguments: list[str] | None = None) -> int:
    """Print how many words each part of the corpus has, and some texts; returns the exit status."""
    parser = command_parser("Describe the parts of the Brown corpus and print some texts.")
    add_mirror_argument(parser)
    return run_command(parser, lambda _: _show(), arguments)


def _show() -> None:
    for part in SPLIT_NAMES:
        natural, plain = SentenceGenerator(part), SentenceGenerator(part, plain=True)
        lengths = [len(plain.generate(34)) for _ in range(1000)]
        print(f"{part}: {len(natural.words)} words, {len(set(natural.words))} different")
        print(f"  1,000 plain texts of at most 34 characters: mean length {np.mean(lengths):.1f}")
        for _ in range(5):
            print(f"  {natural.generate(60)!r}\n  {plain.generate(34)!r}")


if __name__ == "__main__":
    sys.exit(main())
