"""What a language model learns from and is judged by: lines of sentences in a language, or single words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from text_recognizer.datasets.corpora.plain_text import plain_text
from text_recognizer.datasets.iam.dataset import IamDataset
from text_recognizer.datasets.iam.texts import iam_texts
from text_recognizer.datasets.labelled_lines.folders import read_line_folder
from text_recognizer.datasets.words.lexicon import load_lexicons
from text_recognizer.errors import DataError
from text_recognizer.metrics.words import protocol_form
from text_recognizer.tooling.data_root import raw_dir
from text_recognizer.vocabulary import VOCABULARIES
from training.language_model.texts import training_lines

TextKind = Literal["lines", "words", "french", "neutral"]
TEXT_KINDS: tuple[TextKind, ...] = get_args(TextKind)

_SOURCE = "source.tsv"  # of each set of many_hands: where it comes from, and its language


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


def french_corpus(seed: int) -> Corpus:
    """Return the French lines of many_hands.

    Args:
        seed: Not used: lines are as they were written.

    Raises:
        DataError: If many_hands is missing, or has no French lines.
    """
    train, validation = (many_hands_texts(split, ("fra",)) for split in ("train", "validation"))
    return Corpus(
        VOCABULARIES["latin"],
        train,
        validation,
        {"many_hands": _counted(train)},
        "many_hands_validation_lines",
    )


def neutral_corpus(seed: int) -> Corpus:
    """Return lines of all languages of many_hands, and as many English ones: what characters are common.

    Args:
        seed: Decides where the lines of Brown end, and which of the English ones are taken.

    Raises:
        DataError: If a source is missing.
    """
    english = line_corpus(seed)
    foreign = many_hands_texts("train")
    chosen = np.random.default_rng(seed).permutation(len(english.train))[: len(foreign)]
    taken = [english.train[int(index)] for index in np.sort(chosen)]
    sources = {"many_hands": _counted(foreign), "english": _counted(taken)}
    validation = [*english.validation, *many_hands_texts("validation")]
    return Corpus(VOCABULARIES["latin"], [*taken, *foreign], validation, sources, "validation_lines")


def many_hands_texts(split: str, languages: Sequence[str] = ()) -> list[str]:
    """Return the texts of a split of many_hands, those within the vocabulary `latin`.

    Args:
        split: `train`, `validation` or `test`.
        languages: Codes as in the source.tsv of its sets; empty for all.

    Raises:
        DataError: If it is missing, or has no lines of these languages.
    """
    root, known = raw_dir("many_hands"), set(VOCABULARIES["latin"])
    texts = []
    for folder in sorted(path.parent for path in root.glob(f"*/{_SOURCE}")):
        if languages and not set(languages) & set(_language_of(folder).split(",")):
            continue
        found = read_line_folder(folder)
        texts += [plain_text(line.text) for line in found.images if found.splits.get(line.id) == split]
    if kept := [text for text in texts if known.issuperset(text)]:
        return kept
    raise DataError(
        f"{root} holds no {split} lines of {', '.join(languages) or 'any language'}. "
        "Name the folder that holds many_hands with --mirror."
    )


def _language_of(folder: Path) -> str:
    """Return the language that the source.tsv of a set states."""
    header, row = (folder / _SOURCE).read_text(encoding="utf-8").splitlines()[:2]
    return dict(zip(header.split("\t"), row.split("\t"), strict=False)).get("language", "")


def _counted(texts: Sequence[str]) -> dict[str, int]:
    return {"texts": len(texts), "characters": sum(map(len, texts))}


CORPORA: dict[TextKind, Callable[[int], Corpus]] = {
    "lines": line_corpus,
    "words": word_corpus,
    "french": french_corpus,
    "neutral": neutral_corpus,
}
