"""Lines of handwriting and of print to fit their difference on: IAM, other hands, pages, fonts of both kinds.

Each comes twice: as it is, and as small as a scan of a whole page shows it.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from text_recognizer.arrays import GrayImage, InkMap
from text_recognizer.datasets.iam.dataset import IamDataset
from text_recognizer.datasets.iam.paragraphs_dataset import forms_of_split, handwriting_region
from text_recognizer.datasets.synthetic.fonts import font_files
from text_recognizer.datasets.synthetic.form_texts import form_text
from text_recognizer.datasets.words.drawing.fonts import family_of, word_font_files
from text_recognizer.images.loading import load_image
from text_recognizer.layout.crops import crop_line
from text_recognizer.line_detector import LineDetector
from text_recognizer.predictions.types import LineKind
from text_recognizer.preprocessing.writing import writing_ink
from text_recognizer.tooling.data_root import raw_dir
from training.kinds.page_lines import lines_of_pages
from training.kinds.small_letters import seen_small

logger = logging.getLogger(__name__)

LINES = {"train": 900, "validation": 200}  # of IAM
HANDS = {"train": 70, "validation": 25}  # lines of each other set of hands
FORMS = {"train": 45, "validation": 14}  # of IAM, whose print is taken, five lines or more of each
LINES_OF_FONT = 8
_VALIDATION_FONTS = 5  # every fifth family is kept for validation
_MIN_PRINT_ROWS = 150  # of a form above the handwriting; fewer hold no paragraph
_SIZES_PX = (14, 18, 22, 28, 36, 48, 64)
_MAX_DEGREES = 1.5  # a scan is never quite level
_MAX_BLUR = 0.045  # of the size of the letters
_MAX_NOISE = 14.0  # standard deviation in grey values
_PAD_PX = 30


@dataclass(frozen=True, eq=False)
class KindSample:
    """A line of a known kind.

    ```python
    import numpy as np

    from training.kinds.samples import KindSample

    sample = KindSample(np.zeros((20, 100), np.float32), "print", "fonts")
    print(sample.kind, sample.ink.shape)
    ```

    Attributes:
        ink: (H, W) ink map of the line.
        kind: What it is.
        source: Where it comes from; accuracies are given by source.
    """

    ink: InkMap
    kind: LineKind
    source: str


def samples(split: str, rng: np.random.Generator) -> Iterator[KindSample]:
    """Yield the lines of a split, `train` or `validation`, each behind it in small.

    Raises:
        DataError: If IAM or the fonts are missing.
    """
    for sample in _large_samples(split, rng):
        yield sample
        yield replace(sample, ink=seen_small(sample.ink, rng), source=f"{sample.source}, small")


def _large_samples(split: str, rng: np.random.Generator) -> Iterator[KindSample]:
    """Yield the lines of a split as they are."""
    iam = IamDataset("aachen")
    iam.load_or_generate_data()
    paths = [line.image_path for line in iam.lines(split) if line.image_path is not None]
    for index in rng.permutation(len(paths))[: LINES[split]]:
        yield KindSample(writing_ink(load_image(paths[index])), "handwriting", "lines of IAM")
    yield from _other_hands(split, rng)
    yield from _print_of_forms(iam, split)
    for ink, kind in lines_of_pages(split):
        yield KindSample(ink, kind, f"pages, {kind}")
    print_files, _ = word_font_files()
    yield from _drawn(_families_of(font_files(), split), "handwriting", "fonts of handwriting", rng)
    yield from _drawn(_families_of(print_files, split), "print", "fonts of print", rng)


def _other_hands(split: str, rng: np.random.Generator) -> Iterator[KindSample]:
    """Yield some lines of each set of `many_hands`, if it is there."""
    for listing in sorted(raw_dir("many_hands").glob(f"*/splits/{split}.txt")):
        names = listing.read_text(encoding="utf-8").split()
        for index in rng.permutation(len(names))[: HANDS[split]]:
            image = load_image(listing.parents[1] / names[index])
            yield KindSample(writing_ink(image), "handwriting", "other hands")


def _print_of_forms(iam: IamDataset, split: str) -> Iterator[KindSample]:
    """Yield the lines that are printed above the handwriting of forms, where the detector finds them."""
    detector, forms = LineDetector(), forms_of_split(iam, split)
    for form in forms[:: max(1, len(forms) // FORMS[split])]:
        assert form.image_path is not None
        image = load_image(form.image_path)
        rows = handwriting_region(form, image.shape).y1
        if rows < _MIN_PRINT_ROWS:
            continue
        ink = writing_ink(image[:rows])
        layout = detector.find_lines(ink)
        for index in range(len(layout.lines)):
            yield KindSample(crop_line(ink, layout, index).ink, "print", "forms of IAM")


def _families_of(files: Sequence[Path], split: str) -> list[list[Path]]:
    """Return the files of each family of fonts that belongs to a split."""
    families: dict[str, list[Path]] = {}
    for file in files:
        families.setdefault(family_of(file.name), []).append(file)
    ordered = sorted(families.items())
    return [
        members for number, (_, members) in enumerate(ordered)
        if (number % _VALIDATION_FONTS == 0) == (split == "validation")
    ]  # fmt: skip


def _drawn(
    families: Sequence[Sequence[Path]], kind: LineKind, source: str, rng: np.random.Generator
) -> Iterator[KindSample]:
    """Yield lines in each of some families of fonts."""
    for members in families:
        for _ in range(LINES_OF_FONT):
            path = members[int(rng.integers(len(members)))]
            try:
                face = ImageFont.truetype(path, int(rng.choice(_SIZES_PX)))
            except (OSError, ValueError) as error:
                logger.warning("Skipped %s: %s", path.name, error)
                break
            text = form_text(rng, int(rng.integers(4, 70)))
            yield KindSample(writing_ink(draw_line(text, face, rng)), kind, source)


def draw_line(text: str, face: ImageFont.FreeTypeFont, rng: np.random.Generator) -> GrayImage:
    """Return an image (H, W) of a line as a scanner would show it: not quite level, blurred, noisy."""
    left, top, right, bottom = face.getbbox(text)
    size = (int(right - left) + 2 * _PAD_PX, int(bottom - top) + 2 * _PAD_PX)
    picture = Image.new("L", size, 255)
    place = (_PAD_PX - left, _PAD_PX - top)
    ImageDraw.Draw(picture).text(place, text, font=face, fill=int(rng.integers(0, 90)))
    degrees = rng.uniform(-_MAX_DEGREES, _MAX_DEGREES)
    picture = picture.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    picture = picture.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, max(0.3, _MAX_BLUR * face.size))))
    gray = np.asarray(picture, np.float64)
    return np.clip(gray + rng.normal(0, rng.uniform(1, _MAX_NOISE), gray.shape), 0, 255).astype(np.uint8)
