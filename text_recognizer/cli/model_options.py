"""The options that choose a model and its decoder."""

import argparse
from pathlib import Path

from text_recognizer.decoding.config import DECODERS
from text_recognizer.errors import InvalidInputError
from text_recognizer.inference import artifacts
from text_recognizer.predictions.languages import LANGUAGE_CHOICES, LANGUAGES
from text_recognizer.registry.address import SCHEME, ModelAddress
from text_recognizer.registry.remote import kept


def add_model_arguments(parser: argparse.ArgumentParser, kind: str, default: str) -> None:
    """Add --weights, --weights-dir and --decoder to a parser.

    Args:
        parser: Of a subcommand.
        kind: What the model reads, for the help.
        default: Name of the model that is used unless another one is named.
    """
    parser.add_argument(
        "--weights",
        default=default,
        metavar="MODEL",
        help=f"the {kind} model: a name that text-recognizer models lists, the path of its folder, with a "
        "slash in it, or s3://BUCKET/FOLDER/NAME, which is fetched once; @sha256:DIGEST behind that pins it "
        "(default: %(default)s)",
    )
    parser.add_argument(
        "--weights-dir",
        type=Path,
        metavar="DIR",
        help=f"folder of the {kind} model and, for beam search, the language model "
        "(default: the package's own, then those that fine-tune has made)",
    )
    parser.add_argument(
        "--decoder",
        choices=DECODERS,
        help="greedy: the most probable path; beam: beam search with the language model (default: what "
        f"reads better with the {kind} model)",
    )


def add_language_argument(parser: argparse.ArgumentParser) -> None:
    """Add --language to a parser."""
    parser.add_argument(
        "--language",
        choices=LANGUAGE_CHOICES,
        default=LANGUAGE_CHOICES[0],
        help="whose language model helps beam search: the English or the French one, for none of these a "
        "neutral one; auto: for each page what explains best what is read without (default: %(default)s)",
    )


def check_language(args: argparse.Namespace) -> None:
    """End the process with status 2 if a language is named, but nothing would use it."""
    if args.language in LANGUAGES and args.decoder == "greedy":
        args.parser.error("--language: expected beam search, which uses it; received --decoder greedy")


def check_model(args: argparse.Namespace, default: str) -> None:
    """End the process with status 2 if the model named by --weights does not exist; fetch it from a bucket.

    Args:
        args: Have the options of `add_model_arguments`, and the parser as `parser`; the address of a model in
            a bucket is replaced by the folder that it has been fetched to.
        default: Exempt, so that a package without it is not taken for a wrong command line.

    Raises:
        ArtifactError: If the model cannot be fetched.
    """
    if args.weights.startswith(SCHEME):
        try:
            address = ModelAddress.parse(args.weights)
        except InvalidInputError as error:
            args.parser.error(f"--weights: {error}")
        args.weights = str(kept(address))
    folder = args.weights_dir or artifacts.WEIGHTS_DIR
    if args.weights == default or artifacts.is_path(args.weights):
        return
    if args.weights not in (names := artifacts.available(args.weights_dir)):
        args.parser.error(f"--weights: {artifacts.unknown_model(args.weights, names, folder)}")
