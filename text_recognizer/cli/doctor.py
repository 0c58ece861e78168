"""`text-recognizer doctor`: what is installed, what this machine has, whether the models are whole."""

import argparse
import platform
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from text_recognizer.arrays import GrayImage
from text_recognizer.character_predictor import DEFAULT_CHARACTER_MODEL
from text_recognizer.cli.reporting import OK, SOME_FAILED, emit
from text_recognizer.decoding import twin as decoders_twin
from text_recognizer.decoding.config import DECODING, DecodingConfig, read_decoding
from text_recognizer.decoding.language_model.languages import LANGUAGE_MODELS
from text_recognizer.decoding.language_model.loading import load_language_model
from text_recognizer.errors import ArtifactError, TextRecognizerError
from text_recognizer.images import twin as pixels_twin
from text_recognizer.inference import artifacts
from text_recognizer.inference.input_spec import Kind
from text_recognizer.inference.session import default_threads
from text_recognizer.line_detector import DEFAULT_DETECTOR_MODEL
from text_recognizer.line_predictor import DEFAULT_LINE_MODEL
from text_recognizer.paragraph_text_recognizer import ParagraphTextRecognizer
from text_recognizer.version import __version__

REQUIRED = ("numpy", "onnxruntime", "pillow")
OPTIONAL = {"pypdfium2": "pdf", "pi-heif": "heif", "boto3": "aws", "flask": "api"}  # and their extras
MODELS: dict[str, Kind] = {
    DEFAULT_LINE_MODEL: "line",
    DEFAULT_DETECTOR_MODEL: "paragraph",
    DEFAULT_CHARACTER_MODEL: "character",
}
_CPUINFO = Path("/proc/cpuinfo")  # Linux alone has it
_INSTRUCTION_SETS = (
    "sse4_2",
    "avx",
    "avx2",
    "fma",
    "f16c",
    "avx512f",
    "avx512_vnni",
    "avx512_bf16",
    "amx_int8",
)
_SAMPLE_TEXT = "the doctor reads\nthis page of\nfour short lines\nto take the time"
_SAMPLE_PX = 48  # height of its letters, those of a scan at 150 dpi


@dataclass(frozen=True)
class Finding:
    """What was found.

    Attributes:
        subject: What was looked at.
        text: What was found.
        remedy: The command that mends it; empty if nothing is wrong.
    """

    subject: str
    text: str
    remedy: str = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this subcommand: none."""
    parser.description = (
        "Print versions, processor, threads and models, read a page, and say how to mend what is wrong."
    )


def run(args: argparse.Namespace) -> int:
    """Look at everything; return the exit status: 1 if something is wrong."""
    status = OK
    for finding in findings():
        emit(f"{finding.subject:<16}{finding.text}")
        if finding.remedy:
            status = SOME_FAILED
            emit(f"{'':<16}mend it with: {finding.remedy}")
    return status


def findings() -> Iterator[Finding]:
    """Yield all that is found, in the order in which it is looked at."""
    yield Finding("text_recognizer", __version__)
    yield Finding("python", f"{platform.python_version()} on {platform.platform()}")
    for name in REQUIRED:
        yield Finding(name, _version(name) or "missing", "" if _version(name) else _reinstalling())
    for name, extra in OPTIONAL.items():
        yield Finding(name, _version(name) or f"not installed (extra {extra})")
    yield Finding("processor", f"{platform.machine()} {' '.join(instruction_sets())}".strip())
    yield Finding("threads", str(default_threads()))
    for name, twin, longer in (("beam search", decoders_twin, "ten"), ("pixels", pixels_twin, "several")):
        compiled = twin.is_installed()
        yield Finding(name, "compiled" if compiled else f"NumPy, which takes {longer} times as long")
    for name, kind in MODELS.items():
        yield _model(name, kind)
    for name in LANGUAGE_MODELS.values():
        yield _language_model(name)
    yield _page()


def instruction_sets(cpuinfo: Path = _CPUINFO) -> list[str]:
    """Return those instruction sets of the processor that make networks fast; none where they are unknown."""
    try:
        flags = set(cpuinfo.read_text(encoding="ascii", errors="replace").split())
    except OSError:
        return []
    return [name for name in _INSTRUCTION_SETS if name in flags]


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def _model(name: str, kind: Kind) -> Finding:
    def whole() -> str:
        artifact = artifacts.find(name, kind)
        folder = artifact.path.parent
        if (folder / DECODING).is_file() and read_decoding(folder, artifact.sha256) == DecodingConfig():
            raise ArtifactError(
                f"The {DECODING} of {name} belongs to other weights, so that it is read greedily."
            )
        return f"{name}, sha256 {artifact.sha256[:12]}, whole"

    return _examined("model", whole, name)


def _language_model(name: str) -> Finding:
    def whole() -> str:
        load_language_model(name)
        return f"{name}, whole"

    return _examined("language model", whole, name)


def _page() -> Finding:
    """Read a drawn page, twice: the first time has to load what the second one has."""

    def read() -> str:
        recognizer, page = ParagraphTextRecognizer(), _sample_page()
        recognizer.predict(page)
        start = time.perf_counter()
        lines = recognizer.predict(page).lines
        return f"{len(lines)} lines read in {time.perf_counter() - start:.2f} s"

    return _examined("page", read, DEFAULT_LINE_MODEL)


def _examined(subject: str, examine: Callable[[], str], model: str) -> Finding:
    """Return what `examine` says, or what is wrong and how to mend it."""
    try:
        return Finding(subject, examine())
    except TextRecognizerError as error:
        return Finding(subject, str(error), _restoring(model))


def _restoring(model: str) -> str:
    """Return the command that brings back a shipped model."""
    folder = artifacts.WEIGHTS_DIR / model
    if artifacts.CHECKOUT_FILE.is_file():
        return f"git -C {artifacts.CHECKOUT_FILE.parent} checkout HEAD -- {folder}"
    return _reinstalling()


def _reinstalling() -> str:
    return "pip install --force-reinstall text-recognizer"


def _sample_page() -> GrayImage:
    """Return a page (H, W) of four lines in Pillow's built-in font."""
    image = Image.new("L", (720, 400), 255)
    font = ImageFont.load_default(_SAMPLE_PX)
    ImageDraw.Draw(image).multiline_text((60, 50), _SAMPLE_TEXT, 0, font, spacing=_SAMPLE_PX // 2)
    return np.asarray(image)
