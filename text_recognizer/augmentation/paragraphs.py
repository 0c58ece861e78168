"""Random variation of pages and their pixel labels for training the line detector."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from text_recognizer.arrays import GrayImage, InkImage, LabelMap
from text_recognizer.augmentation.parameters import Augmentation, within
from text_recognizer.layout.kernels import UNKNOWN


@dataclass(frozen=True)
class PageAugmentation(Augmentation):
    """How much pages vary; each probability is that of one view.

    ```python
    from text_recognizer.augmentation.paragraphs import PageAugmentation

    print(PageAugmentation(ruling_probability=0.5, line_thickness=(16, 24)))
    ```

    Attributes:
        flip_probability: Probability that left and right are swapped.
        line_thickness: Interval of the height that text lines get on the canvas, in pixels.
        scale: Interval of the factor by which a page may be scaled for that.
        aspect: Standard deviation of the logarithm of width over height.
        rotation: Standard deviation of the angle, in degrees.
        max_rotation: Largest angle either way, in degrees.
        shear: Standard deviation of the horizontal shift per row.
        top_probability: Probability that a page higher than the canvas shows its first line, uncut.
        thicken_probability: Probability of thicker strokes.
        blur_probability: Probability of blurred strokes; never both.
        ruling_probability: Probability of ruled or squared paper.
        edge_probability: Probability of a dark bar beside the page.
        speck_probability: Probability of specks.
        gamma: Interval of the exponent of the ink: contrast.
        strength: Interval of the factor of the ink: brightness.
        noise_probability: Probability of noise.
    """

    flip_probability: float = within(0.5, 0, 1)
    line_thickness: tuple[float, float] = within((9.0, 34.0), 4, 256)
    scale: tuple[float, float] = within((0.35, 2.0), 0.05, 20)
    aspect: float = within(0.15, 0, 1)
    rotation: float = within(2.0, 0, 90)
    max_rotation: float = within(7.0, 0, 90)
    shear: float = within(0.12, 0, 1)
    top_probability: float = within(0.75, 0, 1)
    thicken_probability: float = within(0.2, 0, 1)
    blur_probability: float = within(0.15, 0, 1)
    ruling_probability: float = within(0.2, 0, 1)
    edge_probability: float = within(0.15, 0, 1)
    speck_probability: float = within(0.3, 0, 1)
    gamma: tuple[float, float] = within((0.6, 1.5), 0.1, 10)
    strength: tuple[float, float] = within((0.5, 1.0), 0, 1)
    noise_probability: float = within(0.3, 0, 1)


DEFAULTS = PageAugmentation()

_MIN_THICKNESS_PX = 4.0  # thinner lines of a page are noise in its labels
_BLUR_BEYOND = 1.3  # reduced more than this, thin strokes would be skipped without a blur before
_RULING_SPACING_PX = (8, 50)  # rules are about as far apart as lines are high
_RULING_SLOPE = 0.03  # standard deviation: the ruling need not be parallel to the writing
_RULING_INK = (30, 200)  # from hardly visible to as strong as writing
_SQUARED_PROBABILITY = 0.25  # vertical rules too
_MAX_EDGE_SHARE = 0.08  # share of the canvas; more would not be an edge of a page
_MARK_INK = (60, 255)  # edges and specks; fainter ones are noise
_MAX_SPECKS = 24  # more would hide the writing
_SPECK_RADIUS_PX = 1.0  # mean of an exponential distribution: most are smaller than strokes, a few larger


def augment_page(
    image: InkImage,
    labels: LabelMap,
    rng: np.random.Generator,
    size: int = 256,
    augmentation: PageAugmentation = DEFAULTS,
) -> tuple[InkImage, LabelMap]:
    """Return a random view of a page on a square canvas.

    Scale, aspect, rotation, shear, shift and flip act on image and labels alike: labels take the
    nearest pixel, and outside of the page is background. The degradation acts on the image only:
    contrast and brightness of the ink (the paper's is evened out before the network sees it), strokes,
    noise, ruled lines, dark edges and specks.

    Args:
        image: (h, w) uint8 page, 255 = full ink.
        labels: (h, w) uint8: 0 background, 1 odd lines, 2 even lines, UNKNOWN.
        rng: Source of randomness.
        size: Side of the canvas in pixels.
        augmentation: How much pages vary.

    Returns:
        Image and labels, (size, size) uint8.
    """
    if rng.random() < augmentation.flip_probability:
        image, labels = image[:, ::-1], labels[:, ::-1]
    inverse = _affine(labels, rng, size, augmentation)
    ink = _transform(image, inverse, size, Image.Resampling.BICUBIC)
    labels = _transform(labels, inverse, size, Image.Resampling.NEAREST)
    return _degraded(ink, rng, augmentation), labels


def page_window(
    image: InkImage, labels: LabelMap, rng: np.random.Generator, size: int = 256
) -> tuple[InkImage, LabelMap]:
    """Return a random part of a page at its own scale, on the canvas of `augment_page`.

    Args:
        image: (h, w) page.
        labels: (h, w).
        rng: Source of randomness.
        size: Side of the canvas in pixels; beside a smaller page it is paper and background.

    Returns:
        Image and labels, (size, size).
    """
    top, left = (int(rng.integers(max(side - size, 0) + 1)) for side in image.shape)
    parts = [page[top : top + size, left : left + size] for page in (image, labels)]
    missing = [(0, size - side) for side in parts[0].shape]
    return np.pad(parts[0], missing), np.pad(parts[1], missing)


def line_thickness(labels: LabelMap) -> float:
    """Return the mean height in pixels of the lines (H, W): labelled pixels per vertical run of a label."""
    above = np.pad(labels, ((1, 0), (0, 0)))[:-1]
    lines = (labels > 0) & (labels != UNKNOWN)
    runs = np.count_nonzero((labels != above) & lines)
    return np.count_nonzero(lines) / max(int(runs), 1)


def _affine(
    labels: LabelMap, rng: np.random.Generator, size: int, augmentation: PageAugmentation
) -> tuple[float, ...]:
    """Return the coefficients (a, b, c, d, e, f) that map canvas to page, as Pillow takes them."""
    height, width = labels.shape
    target = float(np.exp(rng.uniform(*np.log(augmentation.line_thickness))))
    smallest, largest = augmentation.scale
    scale = min(max(target / max(line_thickness(labels), _MIN_THICKNESS_PX), smallest), largest)
    aspect = np.exp(rng.normal(0, augmentation.aspect))
    most = augmentation.max_rotation
    angle = np.radians(np.clip(rng.normal(0, augmentation.rotation), -most, most))
    rotate = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    shear = np.array([[1, rng.normal(0, augmentation.shear)], [0, 1]])
    forward = scale * rotate @ shear @ np.diag([aspect, 1 / aspect])  # page -> canvas
    backward = np.linalg.inv(forward)
    page = np.array([width * scale * aspect, height * scale / aspect])  # its size on the canvas
    free = size - page
    shift = np.where(free > 0, rng.uniform(size=2) * free, rng.uniform(size=2) * free)
    if free[1] < 0 and rng.random() < augmentation.top_probability:
        shift[1] = rng.uniform(0, 0.1 * size)
    centre = np.array([width / 2, height / 2]) - backward @ (shift + page / 2)
    return (*backward[0], centre[0], *backward[1], centre[1])


def _transform(image: GrayImage, inverse: tuple[float, ...], size: int, how: Image.Resampling) -> GrayImage:
    """Return the canvas (size, size) that `inverse` maps to the page (H, W)."""
    picture = Image.fromarray(np.ascontiguousarray(image))
    shrink = float(np.hypot(inverse[0], inverse[3]))
    if how != Image.Resampling.NEAREST and shrink > _BLUR_BEYOND:
        picture = picture.filter(ImageFilter.BoxBlur(shrink / 2 - 0.5))
    return np.asarray(picture.transform((size, size), Image.Transform.AFFINE, inverse, how))


def _degraded(image: InkImage, rng: np.random.Generator, augmentation: PageAugmentation) -> InkImage:
    """Return a page (H, W) with other strokes, on worse paper."""
    picture = Image.fromarray(image)
    choice = rng.random()
    if choice < augmentation.thicken_probability:
        picture = Image.blend(picture, picture.filter(ImageFilter.MaxFilter(3)), rng.uniform(0.2, 1.0))
    elif choice < augmentation.thicken_probability + augmentation.blur_probability:
        picture = picture.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.2)))
    if rng.random() < augmentation.ruling_probability:
        _draw_ruling(picture, rng)
    if rng.random() < augmentation.edge_probability:
        _darken_edge(picture, rng)
    if rng.random() < augmentation.speck_probability:
        _draw_specks(picture, rng)
    ink = np.asarray(picture, np.float32) / 255
    ink = ink ** rng.uniform(*augmentation.gamma) * rng.uniform(*augmentation.strength)
    if rng.random() < augmentation.noise_probability:
        ink += rng.normal(0, rng.uniform(0.01, 0.08), ink.shape).astype(np.float32)
    return (np.clip(ink, 0, 1) * 255).astype(np.uint8)


def _draw_ruling(picture: Image.Image, rng: np.random.Generator) -> None:
    """Draw the lines of ruled, sometimes squared, paper, in place."""
    draw = ImageDraw.Draw(picture)
    size = picture.size[0]
    spacing, slope = rng.uniform(*_RULING_SPACING_PX), rng.normal(0, _RULING_SLOPE)
    grey = int(rng.integers(*_RULING_INK))
    for y in np.arange(rng.uniform(-spacing, 0) - 0.1 * size, 1.1 * size, spacing):
        draw.line([(0, y), (size, y + slope * size)], fill=grey)
    if rng.random() < _SQUARED_PROBABILITY:
        for x in np.arange(rng.uniform(-spacing, 0) - 0.1 * size, 1.1 * size, spacing):
            draw.line([(x, 0), (x - slope * size, size)], fill=grey)


def _darken_edge(picture: Image.Image, rng: np.random.Generator) -> None:
    """Draw a dark bar at one side, as scanners leave it beside a page, in place."""
    draw = ImageDraw.Draw(picture)
    size = picture.size[0]
    first, second = rng.uniform(0, _MAX_EDGE_SHARE * size, 2)
    corners = [(0, 0), (size, 0), (size, second), (0, first)]
    side = int(rng.integers(4))
    if side % 2:
        corners = [(y, x) for x, y in corners]
    if side >= 2:
        corners = [(size - x, size - y) for x, y in corners]
    draw.polygon(corners, fill=int(rng.integers(*_MARK_INK)))


def _draw_specks(picture: Image.Image, rng: np.random.Generator) -> None:
    """Draw specks, in place."""
    draw = ImageDraw.Draw(picture)
    for _ in range(int(rng.integers(1, _MAX_SPECKS + 1))):
        x, y = rng.uniform(0, picture.size[0], 2)
        radius = rng.exponential(_SPECK_RADIUS_PX)
        draw.ellipse([x - radius, y - radius, x + radius, y + radius], fill=int(rng.integers(*_MARK_INK)))
