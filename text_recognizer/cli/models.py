"""`text-recognizer models`: lists the models, and moves them from and to a bucket of S3."""

import argparse
import dataclasses
import json
import os
from pathlib import Path

from text_recognizer.cli.reporting import OK, emit
from text_recognizer.errors import ConfigError
from text_recognizer.inference import artifacts
from text_recognizer.registry.address import FolderAddress, ModelAddress
from text_recognizer.registry.listing import local_models, models_at, table
from text_recognizer.registry.remote import pull, push

REMOTE_VARIABLE = "TEXT_RECOGNIZER_REMOTE_MODELS"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this subcommand."""
    parser.description = "List the models: shipped, your own, and those of --remote. Or fetch or publish one."
    parser.add_argument(
        "--remote",
        metavar="s3://BUCKET/FOLDER",
        default=os.environ.get(REMOTE_VARIABLE),
        help=f"list the models of this folder too (default: {REMOTE_VARIABLE} of the environment)",
    )
    parser.add_argument("--json", action="store_true", help="an object per model, each on one line")
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    fetching = actions.add_parser("pull", help="fetch a model, to use it by its name from now on")
    fetching.add_argument("address", metavar="s3://BUCKET/FOLDER/NAME[@sha256:DIGEST]")
    publishing = actions.add_parser("push", help="publish a model")
    publishing.add_argument("name", metavar="NAME", help="a shipped model, one of your own, or its folder")
    publishing.add_argument(
        "target", nargs="?", metavar="s3://BUCKET/FOLDER", help="where to (default: that of --remote)"
    )


def run(args: argparse.Namespace) -> int:
    """List, fetch or publish; return the exit status.

    Raises:
        TextRecognizerError: If a model or the bucket cannot be used.
    """
    if args.action == "pull":
        emit(f"{pull(ModelAddress.parse(args.address))}")
    elif args.action == "push":
        emit(f"{push(_folder_of(args.name), _target(args))}")
    else:
        models = local_models()
        if args.remote:
            models += models_at(FolderAddress.parse(args.remote))
        lines = [json.dumps(dataclasses.asdict(model), ensure_ascii=False) for model in models]
        emit("\n".join(lines) if args.json else table(models))
    return OK


def _folder_of(name: str) -> Path:
    return Path(name) if os.sep in name else artifacts.home_of(name) / name


def _target(args: argparse.Namespace) -> FolderAddress:
    url = args.target or args.remote
    if url is None:
        raise ConfigError("Name the folder to publish to: models push NAME s3://BUCKET/FOLDER.")
    return FolderAddress.parse(url)
