"""A language model from its folder in weights/, after its files were verified."""

from pathlib import Path

from text_recognizer.decoding.language_model.fitting import fitted, unknown_characters
from text_recognizer.decoding.language_model.model import LanguageModel
from text_recognizer.decoding.language_model.ngram_file import decode_ngrams
from text_recognizer.errors import ArtifactError
from text_recognizer.inference import artifacts
from text_recognizer.vocabulary import folded

LANGUAGE_MODEL = "language_model.json"
NGRAMS = "ngrams.bin"
WORDS = "words.txt"
DEFAULT_LANGUAGE_MODEL = "LanguageModel_BrownIam_character_6gram"


def load_language_model(
    name: str = DEFAULT_LANGUAGE_MODEL, weights_dir: Path | None = None, characters: str | None = None
) -> LanguageModel:
    """Return the language model `weights_dir / name` after the digests of its files were checked.

    Args:
        name: Name of its folder.
        weights_dir: Folder of the models; default: the shipped ones.
        characters: Those that it is asked about; default: its own. See `fitted`.

    Raises:
        ArtifactError: If it is missing or damaged, or knows less than half of the characters.
    """
    folder = (weights_dir or artifacts.WEIGHTS_DIR) / name
    manifest = artifacts.read_manifest(folder, "vocabulary", digests=[NGRAMS, WORDS], file=LANGUAGE_MODEL)
    for file in (NGRAMS, WORDS):
        artifacts.verify(folder / file, manifest["sha256"][file])
    ngrams, words = ((folder / file).read_bytes() for file in (NGRAMS, WORDS))
    try:
        known: str = manifest["vocabulary"]
        asked = known if characters is None else characters
        base, tables = decode_ngrams(ngrams)
        if 2 * len(set(known) & set(asked)) >= len(asked):
            spelt = folded(words.decode(), f"{asked}\n").split()
            unknown = unknown_characters(known, asked)
            return LanguageModel(asked, *fitted(base, tables, known, asked), spelt, unknown)
    except (ValueError, IndexError, TypeError) as error:  # files that fit their digests and not each other
        raise ArtifactError(
            f"The files of the language model in {folder} do not fit each other: {error}. "
            "Install the package again."
        ) from error
    raise ArtifactError(
        f"Expected a language model of the characters {asked!r}; received {name}, of {known!r}. "
        "Decode greedily."
    )
