"""What the commands that tune a search have in common: their options, and the file that they write."""

import argparse
from pathlib import Path
from typing import Any

from text_recognizer.decoding.config import DECODERS, DECODING, DecoderName, DecodingConfig
from text_recognizer.files import write_json
from text_recognizer.tooling.hardware import hardware


def add_search_arguments(
    parser: argparse.ArgumentParser, language_model: str, default_decoder: DecoderName
) -> None:
    """Add `--language-model`, `--default` and `--save`.

    Args:
        parser: Parser of the command.
        language_model: Default of `--language-model`.
        default_decoder: Default of `--default`.
    """
    parser.add_argument("--language-model", default=language_model, help="default: %(default)s")
    parser.add_argument(
        "--default",
        choices=DECODERS,
        default=default_decoder,
        help="decoder to use unless another is asked for",
    )
    parser.add_argument("--save", action="store_true", help=f"write {DECODING} beside the model")


def save_search(
    folder: Path, model_sha256: str, config: DecodingConfig, measured: dict[str, Any], measured_on: str
) -> None:
    """Write decoding.json, which `read_decoding` reads.

    Args:
        folder: Folder of the model.
        model_sha256: Digest of the network that the search was tuned for.
        config: What was found; its `decoder` is the default one.
        measured: Scores of the decoders.
        measured_on: What they were measured on, without the hardware, which is added.
    """
    content = {
        "model_sha256": model_sha256,
        **config.to_dict(),
        "measured_on": f"{measured_on}; ms of {hardware()}",
        "measured": measured,
    }
    write_json(folder / DECODING, content)
