"""What a language model learns from and is judged by: lines of sentences, or words by themselves."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

from text_recognizer.datasets.iam.dataset import IamDataset
from text_recognizer.datasets.iam.texts import iam_texts
from text_recognizer.datasets.words.lexicon import load_lexicons
from text_recognizer.metrics.words import protocol_form
from text_recognizer.vocabulary import VOCABULARIES
from training.language_model.texts import training_lines

TextKind = Literal["lines", "words"]
TEXT_KINDS: tuple[TextKind, ...] = get_args(TextKind)


@dataclass(frozen=True)
class Corpus:
    """Texts of one kind.

    ```python
    from training.language_model.corpora import Corpus

    corpus = Corpus("ab", ["ab", "abab"], ["ba"], {"own": {"texts": 2}}, "own_lines")
    print(len(corpus.train), corpus.judge)
    ```

    Attributes:
        characters: All that a text may have.
        train: Texts to learn from; one that counts twice is there twice.
        validation: Texts that none of `train` is.
        sources: Counts of texts and characters by the name of their source.
        judge: What the validation texts are, as the manifest names them.
    """

    characters: str
    train: list[str]
    validation: list[str]
    sources: dict[str, dict[str, int]]
    judge: str


def line_corpus(seed: int) -> Corpus:
    """Return lines of Brown, IAM and IAM-OnDB; `seed` decides where those of Brown end.

    Raises:
        DataError: If a source is missing.
    """
    iam = IamDataset()
    iam.load_or_generate_data()
    texts, held_out = iam_texts(iam)
    lines, sources = training_lines(texts["train"], held_out, seed)
    return Corpus(VOCABULARIES["line"], lines, texts["validation"], sources, "iam_validation_lines")


def word_corpus(seed: int) -> Corpus:
    """Return the words of the Brown corpus as word models spell them: lower-case letters and digits.

    A word is there as often as `SyntheticWordsDataset` weights it, so that rare words count too: what stands
    alone on a sign is seldom "the". The words that are held out from that data set are the validation.

    Args:
        seed: Not used: words have no line breaks.

    Raises:
        DataError: If the corpus is missing.
    """
    known, held_out = load_lexicons()
    train = [protocol_form(word) for word in known for _ in range(round(known.weight(word)))]
    counts = {"texts": len(train), "words": len(set(train)), "characters": sum(map(len, train))}
    validation = sorted({protocol_form(word) for word in held_out})
    return Corpus(VOCABULARIES["alphanumeric"], train, validation, {"brown": counts}, "words_held_out")


CORPORA: dict[TextKind, Callable[[int], Corpus]] = {"lines": line_corpus, "words": word_corpus}
