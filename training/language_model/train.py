"""Train the character language model: `python training/language_model/train.py [--save] FILE.json`.

The file states the model's name, its order, how often an n-gram must occur to be kept, the seed of the line
breaks, and whether the texts are `lines` (Brown, IAM and IAM-OnDB) or `words` (Brown); see `corpora`.
Validation and test texts are left out.
"""

import argparse
import dataclasses
import hashlib
import json
import logging
import math
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from text_recognizer.decoding.language_model.loading import LANGUAGE_MODEL, NGRAMS, WORDS
from text_recognizer.decoding.language_model.model import LanguageModel
from text_recognizer.decoding.language_model.ngram_file import MAX_ORDER, decode_ngrams, encode_ngrams
from text_recognizer.errors import ConfigError
from text_recognizer.files import write_atomically, write_json
from text_recognizer.inference.artifacts import WEIGHTS_DIR
from text_recognizer.tooling.checkout import current_commit
from text_recognizer.tooling.command import add_mirror_argument, command_parser, run_command
from text_recognizer.vocabulary import Vocabulary
from training.language_model.corpora import CORPORA, TEXT_KINDS, TextKind
from training.language_model.kneser_ney import estimate

MAX_BYTES = 4_000_000  # for the file of n-grams: it is loaded by every service and lies in every clone

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")  # letters, accented ones too, with apostrophes inside

logger = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class LanguageModelConfig:
    """The JSON that describes a model.

    ```python
    from training.language_model.train import LanguageModelConfig

    config = LanguageModelConfig("LanguageModel_Own_3gram", order=3, minimum_counts=(1, 2, 2), seed=0)
    print(config.name, config.order)
    ```

    Attributes:
        name: Of the folder under text_recognizer/weights.
        order: Characters of the longest n-grams, 1 to `MAX_ORDER`.
        minimum_counts: For n = 1 ... order: n-grams counted less often are left out.
        seed: Of the line breaks.
        texts: What to learn from, a name in `CORPORA`.
    """

    name: str
    order: int
    minimum_counts: tuple[int, ...]
    seed: int
    texts: TextKind = "lines"

    @classmethod
    def from_file(cls, path: Path) -> "LanguageModelConfig":
        """Read a file.

        Raises:
            ConfigError: If it cannot be read, or a key is missing, unknown or out of range.
        """
        try:
            config = cls(**json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError) as error:
            keys = ", ".join(field.name for field in dataclasses.fields(cls))
            raise ConfigError(f"Expected a JSON file with {keys}; received {path}: {error}.") from error
        if not 1 <= config.order <= MAX_ORDER or len(config.minimum_counts) != config.order:
            raise ConfigError(
                f"Expected an order of 1-{MAX_ORDER} and as many minimum_counts; received {config.order} and "
                f"{config.minimum_counts} in {path}."
            )
        if config.texts not in TEXT_KINDS:
            raise ConfigError(f"Expected texts of {TEXT_KINDS}; received {config.texts!r} in {path}.")
        return config


def train(config: LanguageModelConfig) -> tuple[dict[str, bytes], dict[str, Any]]:
    """Return the contents of the files of n-grams and words, by name, and their manifest.

    Raises:
        DataError: If a source is missing.
        ConfigError: If the file is larger than `MAX_BYTES`.
    """
    corpus = CORPORA[config.texts](config.seed)
    for name, counts in corpus.sources.items():
        logger.info("%s: %s", name, counts)
    vocabulary = Vocabulary(corpus.characters)
    bits = {}
    for order in range(1, config.order + 1):
        base, tables = estimate(corpus.train, vocabulary, order, config.minimum_counts[:order])
        content = encode_ngrams(base, tables)
        model = LanguageModel(corpus.characters, *decode_ngrams(content))
        bits[str(order)] = bits_per_character(model, corpus.validation, vocabulary)
        logger.info("Order %d: %d bytes, %.4f bits per character", order, len(content), bits[str(order)])
    if len(content) > MAX_BYTES:
        raise ConfigError(
            f"The n-grams take {len(content):,} bytes, more than {MAX_BYTES:,}. Raise minimum_counts."
        )
    files = {NGRAMS: content, WORDS: "".join(f"{word}\n" for word in words_of(corpus.train)).encode()}
    return files, {
        "name": config.name,
        "order": config.order,
        "vocabulary": corpus.characters,
        "sha256": {file: hashlib.sha256(content).hexdigest() for file, content in files.items()},
        "contexts": [len(table.keys) for table in tables],
        "ngrams": [len(base), *(len(table.codes) for table in tables)],
        "experiment": dataclasses.asdict(config),
        "sources": corpus.sources,
        "scores": {corpus.judge: len(corpus.validation), "bits_per_character_by_order": bits},
        "commit": current_commit(),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def bits_per_character(model: LanguageModel, lines: Sequence[str], vocabulary: Vocabulary) -> float:
    """Return the cross-entropy of lines; the end of a line counts as a character."""
    labels = [vocabulary.encode(line).tolist() for line in lines]
    total = sum(model.log_probability(line) for line in labels)
    return -total / math.log(2) / sum(len(line) + 1 for line in labels)


def words_of(lines: Iterable[str]) -> list[str]:
    """Return the words of lines in lower case, sorted: runs of letters with apostrophes inside."""
    return sorted({word for line in lines for word in _WORD.findall(line.lower())})


def save(files: Mapping[str, bytes], manifest: dict[str, Any], weights_dir: Path = WEIGHTS_DIR) -> Path:
    """Write the files, the manifest last: it never names a file that is not there. Returns the folder."""
    folder = weights_dir / manifest["name"]
    for name, content in files.items():
        write_atomically(folder / name, content)
    write_json(folder / LANGUAGE_MODEL, manifest)
    return Path(folder)


def _work(options: argparse.Namespace) -> None:
    files, manifest = train(LanguageModelConfig.from_file(options.config))
    if options.save:
        logger.info("Saved to %s", save(files, manifest))


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the command line and train; returns the exit status."""
    parser = command_parser(__doc__)
    parser.add_argument("config", type=Path, help="such as training/language_models/character_6gram.json")
    parser.add_argument("--save", action="store_true", help="write it to text_recognizer/weights/")
    add_mirror_argument(parser)
    return run_command(parser, _work, arguments)


if __name__ == "__main__":
    sys.exit(main())
