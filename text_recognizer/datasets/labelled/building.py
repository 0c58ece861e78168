"""Labelled images -> splits of a data set; what cannot be used is named and left out, never an end."""

import logging
from collections.abc import Callable, Mapping, Sequence

from text_recognizer.arrays import InkImage
from text_recognizer.datasets.dataset import SPLIT_NAMES, Split
from text_recognizer.datasets.files.cache import Built
from text_recognizer.datasets.files.progress import progress
from text_recognizer.datasets.labelled.images import LabelledFolder, LabelledImage
from text_recognizer.errors import ConfigError, TextRecognizerError

logger = logging.getLogger(__name__)

_NAMED_FIRST = 3  # of the labels of a folder that cannot be used; `skipped` of the data set has all

Sample = Callable[[LabelledImage, str], tuple[InkImage, str]]


def build_labelled(parts: Mapping[str, Sequence[LabelledImage]], sample: Sample, unit: str) -> Built:
    """Build the splits of a data set.

    Args:
        parts: The labelled images of each split.
        sample: Returns the input (height, width or any) and the target of an image in a split; raises a
            `TextRecognizerError` if there is none.
        unit: What an image shows, in the plural: `words`.
    """
    left_out: dict[str, str] = {}
    built: dict[str, tuple[list[str], list[InkImage], list[str]]]
    built = {name: ([], [], []) for name in SPLIT_NAMES}
    listed = [(split, image) for split, images in parts.items() for image in images]
    for split, image in progress(listed, unit, total=len(listed)):
        ids, inputs, texts = built[split]
        try:
            ink, text = sample(image, split)
        except TextRecognizerError as error:
            logger.warning("Skipped %s: %s", image.id, error)
            left_out[image.id] = str(error)
            continue
        ids.append(image.id)
        inputs.append(ink)
        texts.append(text)
    return Built({name: Split(*part) for name, part in built.items()}, left_out)


def left_out_of(folders: Mapping[str, LabelledFolder]) -> dict[str, str]:
    """Return why labels of folders cannot be used, by ids unique among all folders; log the first ones."""
    left_out: dict[str, str] = {}
    for name, folder in folders.items():
        left_out |= {f"{name}/{label}": reason for label, reason in folder.left_out.items()}
        if folder.left_out:
            first = [f"{label} ({reason})" for label, reason in list(folder.left_out.items())[:_NAMED_FIRST]]
            logger.warning(
                "%s: %d labels cannot be used, the first are %s", name, len(folder.left_out), ", ".join(first)
            )
    return left_out


def checked_folders(parameter: str, folders: object) -> list[str]:
    """Return names of folders as a list, for JSON and Python differ in it.

    Raises:
        ConfigError: If they are no list of texts, or one is named twice.
    """
    if not isinstance(folders, list | tuple) or not all(isinstance(name, str) for name in folders):
        raise ConfigError(f"Expected a list of folders for {parameter}; received {folders!r}.")
    if len(set(folders)) != len(folders):
        raise ConfigError(f"Expected each folder of {parameter} once; received {folders!r}.")
    return list(folders)
