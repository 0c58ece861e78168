"""A small language model for tests, trained on what it is given."""

from collections.abc import Sequence

from text_recognizer.decoding.language_model.model import LanguageModel
from text_recognizer.vocabulary import Vocabulary
from training.language_model.kneser_ney import estimate


def toy_language_model(lines: Sequence[str], characters: str, order: int = 3) -> LanguageModel:
    base, tables = estimate(lines, Vocabulary(characters), order, [1] * order)
    return LanguageModel(characters, base, tables)
