"""The models of a process, and which of them reads an image."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from api import recognition
from api.fine_tuning.learned import LearnedModels
from api.recognition import Mode, Reader, Recognizer, WordReader, line_of, page_of, word_of
from text_recognizer import ParagraphTextRecognizer, WordPredictor
from text_recognizer.errors import ConfigError, InvalidInputError, UnknownModelError
from text_recognizer.inference import artifacts
from text_recognizer.inference.artifacts import Artifact
from text_recognizer.predictions.languages import LanguageChoice
from text_recognizer.word_predictor import DEFAULT_WORD_MODEL

Choice = TypeVar("Choice")


@dataclass(frozen=True)
class Models:
    """What the process was started with; the first of a kind is used unless a request names another one.

    ```python
    from api.models import Models
    from api.recognition import load_recognizer

    models = Models((load_recognizer(threads=1),))
    print([artifact.name for artifact in models.artifacts])
    print(models.reader("line").model.name)
    ```

    Attributes:
        recognizers: Read pages and lines, each with a line model of its own; at least one.
        words: Read words; may be empty.
        learned: Models that people have taught this service; None = it is switched off.
    """

    recognizers: tuple[Recognizer, ...]
    words: tuple[WordReader, ...] = ()
    learned: LearnedModels | None = None

    @property
    def artifacts(self) -> list[Artifact]:
        """The line models, the detector, the word models; the default first in each kind."""
        lines = [each.line_predictor.artifact for each in self.recognizers]
        return [*lines, self.recognizers[0].detector.artifact, *(each.artifact for each in self.words)]

    def reader(
        self,
        mode: Mode,
        name: str | None = None,
        language: LanguageChoice = "auto",
        alternatives: int = 0,
    ) -> Reader:
        """Return what reads an image.

        Args:
            mode: As what it reads the image.
            name: Of the model; None = the default one.
            language: What the image is written in.
            alternatives: How many texts of each line it tells; 0 = only the best one.

        Raises:
            UnknownModelError: If the process has no model `name` for that mode, or none at all.
            InvalidInputError: If a language or alternatives are asked for, but the image is to be read as a
                word, or alternatives of a model that is decoded without beam search.
        """
        if mode == "word":
            if alternatives:
                raise InvalidInputError(
                    f"Words have no alternatives; received ?alternatives={alternatives}. Leave it out."
                )
            if language != "auto":
                raise InvalidInputError(
                    f"Words have no language; received ?language={language}. Leave it out."
                )
            return word_of(_chosen(mode, name, {each.artifact.name: each for each in self.words}))
        by_name = {each.line_predictor.artifact.name: each for each in self.recognizers}
        taught = self.learned.recognizer(name) if self.learned and name and name not in by_name else None
        recognizer = taught or _chosen(mode, name, by_name)
        if alternatives:
            recognizer = _with_alternatives(recognizer, alternatives)
        if mode == "line":
            return line_of(recognizer.line_predictor, language)
        return page_of(recognizer, language)


def load_models(names: Sequence[str], threads: int, learned: bool = False) -> Models:
    """Load the default models of pages, lines and words, and others.

    Args:
        names: Of the others, for lines or words.
        threads: Number of threads of one prediction.
        learned: Whether models can be chosen that people have taught this service.

    Raises:
        ArtifactError: If a model is missing or damaged; but the default word model may be missing.
        ConfigError: If one of the others reads neither lines nor words.
    """
    default = recognition.load_recognizer(threads)
    recognizers: list[Recognizer] = [default]
    words: list[WordReader] = []
    word_default = [DEFAULT_WORD_MODEL] if DEFAULT_WORD_MODEL in artifacts.runnable() else []
    # Each once, in this order.
    for name in dict.fromkeys([*word_default, *names]):
        kind = artifacts.kind_of(name)
        if kind == "word":
            words.append(WordPredictor(name, threads=threads))
        elif kind != "line":
            raise ConfigError(f"Expected a model for lines or words; received {name!r}, for {kind} images.")
        elif name != default.line_predictor.artifact.name:
            lines = recognition.load_lines(name, threads)
            recognizers.append(ParagraphTextRecognizer(default.detector, lines))
    taught = LearnedModels(default.detector, threads) if learned else None
    return Models(tuple(recognizers), tuple(words), taught)


def _with_alternatives(recognizer: Recognizer, count: int) -> Recognizer:
    try:
        return recognizer.with_alternatives(count)
    except ConfigError as error:  # of the model that the request has chosen
        name = recognizer.line_predictor.artifact.name
        raise InvalidInputError(
            f"The model {name} finds no alternatives. Leave out ?alternatives=, or choose another model."
        ) from error


def _chosen(mode: Mode, name: str | None, known: Mapping[str, Choice]) -> Choice:
    """Return the model `name` of `known`, those that can read in `mode`; the first one for None."""
    if not known:
        raise UnknownModelError(f"This server has no model for mode={mode}; /v1/models lists those it has.")
    if name is None:
        return next(iter(known.values()))
    if name not in known:
        raise UnknownModelError(
            f"Expected ?model= with one of {', '.join(known)} for mode={mode}; received {name!r}."
        )
    return known[name]
