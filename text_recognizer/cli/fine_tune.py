"""`text-recognizer fine-tune`: teaches a model your own hand, in a process with the training packages."""

import argparse
import importlib.util
import subprocess
import sys

from text_recognizer.cli.reporting import SOME_FAILED, complain

# Looked for, not imported: this half runs without them.
_PACKAGES = ("training", "keras", "tensorflow", "h5py", "onnx", "tf2onnx")

_MISSING = (
    "fine-tune needs {}, which this installation lacks. In a clone of the repository run: "
    "pip install -e '.[train]'"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this subcommand."""
    parser.add_argument(
        "--data",
        action="append",
        required=True,
        metavar="FOLDER",
        help="your labelled lines: labels.tsv (image<TAB>text), pairs NAME.png and NAME.gt.txt, PAGE XML or "
        "ALTO with the images of pages; may be given several times",
    )
    parser.add_argument(
        "--pages", action="append", default=[], metavar="DIR",
        help="images of pages of the hand that nobody has transcribed: what is read surely teaches, if "
        "that helps; may be given several times",
    )  # fmt: skip
    parser.add_argument("--name", required=True, help="of the new model: then recognize --weights NAME")
    parser.add_argument(
        "--minutes", type=float, metavar="N", help="time for all of it (default: as long as it takes)"
    )
    parser.add_argument("--batch-size", type=int, metavar="N", help="lines of a training step (default: 8)")
    parser.add_argument("--base", metavar="NAME", help="the model to start from (default: the shipped one)")
    parser.add_argument(
        "--status",
        metavar="FILE",
        help="JSON file that says how far it is, for whoever runs it in the background",
    )


def run(args: argparse.Namespace) -> int:
    """Run the training in a process of its own; return its exit status."""
    missing = [name for name in _PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        complain(_MISSING.format(", ".join(missing)))
        return SOME_FAILED
    process = subprocess.Popen(command(args))  # noqa: S603
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue  # the terminal has sent it to the other process too, which keeps what it has learned


def command(args: argparse.Namespace) -> list[str]:
    """Return the command line of the other process."""
    options = [part for folder in args.data for part in ("--data", folder)] + ["--name", args.name]
    options += [part for folder in args.pages for part in ("--pages", folder)]
    given = {
        "--minutes": args.minutes, "--batch-size": args.batch_size, "--base": args.base,
        "--status": args.status,
    }  # fmt: skip
    for option, value in given.items():
        options += [] if value is None else [option, str(value)]
    return [sys.executable, "-m", "training.fine_tuning", *options]
