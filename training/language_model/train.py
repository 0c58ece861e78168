"""Train the character language model: `python training/language_model/train.py [--save] FILE.json`.

The file states the model's name, its order, how often an n-gram must occur to be kept, and the seed of the
line breaks. Sources are Brown (its train part), IAM train and IAM-OnDB, without validation and test texts.
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

from text_recognizer.datasets.iam.dataset import IamDataset
from text_recognizer.datasets.iam.texts import iam_texts
from text_recognizer.decoding.language_model.loading import LANGUAGE_MODEL, NGRAMS, WORDS
from text_recognizer.decoding.language_model.model import LanguageModel
from text_recognizer.decoding.language_model.ngram_file import MAX_ORDER, decode_ngrams, encode_ngrams
from text_recognizer.errors import ConfigError
from text_recognizer.files import write_atomically, write_json
from text_recognizer.inference.artifacts import WEIGHTS_DIR
from text_recognizer.tooling.checkout import current_commit
from text_recognizer.tooling.command import add_mirror_argument, command_parser, run_command
from text_recognizer.vocabulary import LINE_CHARACTERS, Vocabulary
from training.language_model.kneser_ney import estimate
from training.language_model.texts import training_lines

MAX_BYTES = 8_000_000  # for the file of n-grams: it is loaded by every service and lies in every clone

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
    """

    name: str
    order: int
    minimum_counts: tuple[int, ...]
    seed: int

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
        return config


def train(config: LanguageModelConfig) -> tuple[dict[str, bytes], dict[str, Any]]:
    """Return the contents of the files of n-grams and words, by name, and their manifest.

    Raises:
        DataError: If a source is missing.
        ConfigError: If the file is larger than `MAX_BYTES`.
    """
    iam = IamDataset()
    iam.load_or_generate_data()
    texts, held_out = iam_texts(iam)
    lines, sources = training_lines(texts["train"], held_out, config.seed)
    for name, counts in sources.items():
        logger.info("%s: %s", name, counts)
    vocabulary = Vocabulary(LINE_CHARACTERS)
    bits = {}
    for order in range(1, config.order + 1):
        base, tables = estimate(lines, vocabulary, order, config.minimum_counts[:order])
        content = encode_ngrams(base, tables)
        model = LanguageModel(LINE_CHARACTERS, *decode_ngrams(content))
        bits[str(order)] = bits_per_character(model, texts["validation"], vocabulary)
        logger.info("Order %d: %d bytes, %.4f bits per character", order, len(content), bits[str(order)])
    if len(content) > MAX_BYTES:
        raise ConfigError(
            f"The n-grams take {len(content):,} bytes, more than {MAX_BYTES:,}. Raise minimum_counts."
        )
    files = {NGRAMS: content, WORDS: "".join(f"{word}\n" for word in words_of(lines)).encode()}
    return files, {
        "name": config.name,
        "order": config.order,
        "vocabulary": LINE_CHARACTERS,
        "sha256": {file: hashlib.sha256(content).hexdigest() for file, content in files.items()},
        "contexts": [len(table.keys) for table in tables],
        "ngrams": [len(base), *(len(table.codes) for table in tables)],
        "experiment": dataclasses.asdict(config),
        "sources": sources,
        "scores": {"iam_validation_lines": len(texts["validation"]), "bits_per_character_by_order": bits},
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
    return sorted({word for line in lines for word in re.findall(r"[a-z]+(?:'[a-z]+)*", line.lower())})


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
