"""Random variation of pages and their pixel labels for training the line detector."""

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter

Gray = npt.NDArray[np.uint8]

_THICKNESS = (9.0, 34.0)  # pixels that a text line gets on the canvas
_SCALE = (0.35, 2.0)
_ASPECT = 0.15  # standard deviation of the logarithm
_ROTATION = 2.0  # degrees, standard deviation
_MAX_ROTATION = 7.0
_SHEAR = 0.12  # horizontal shift per row, standard deviation
_START_AT_TOP = 0.75  # probability that no line is cut off at the top


def augment_page(image: Gray, labels: Gray, rng: np.random.Generator, size: int = 256) -> tuple[Gray, Gray]:
    """Return a random view of a page on a square canvas.

    Scale, aspect, rotation, shear, shift and flip act on image and labels alike: labels take the
    nearest pixel, and outside of the page is background. Contrast and brightness of the ink (that of
    the paper is levelled before the network sees it), strokes, noise, ruled lines, dark edges and
    specks act on the image only.

    Args:
        image: (h, w) uint8 page, 255 = full ink.
        labels: (h, w) uint8: 0 background, 1 odd lines, 2 even lines.
        rng: Source of randomness.
        size: Side of the canvas in pixels.

    Returns:
        Image and labels, (size, size) uint8.
    """
    if rng.random() < 0.5:
        image, labels = image[:, ::-1], labels[:, ::-1]
    inverse = _affine(labels, rng, size)
    ink = _transform(image, inverse, size, Image.Resampling.BICUBIC)
    labels = _transform(labels, inverse, size, Image.Resampling.NEAREST)
    return _dirty(ink, rng), labels


def line_thickness(labels: Gray) -> float:
    """Return the mean height of the lines in pixels: labelled pixels per vertical run of one label."""
    above = np.pad(labels, ((1, 0), (0, 0)))[:-1]
    runs = np.count_nonzero((labels != above) & (labels > 0))
    return np.count_nonzero(labels) / max(int(runs), 1)


def _affine(labels: Gray, rng: np.random.Generator, size: int) -> tuple[float, ...]:
    """Return the coefficients (a, b, c, d, e, f) that map canvas to page, as Pillow takes them."""
    height, width = labels.shape
    target = float(np.exp(rng.uniform(*np.log(_THICKNESS))))
    scale = min(max(target / max(line_thickness(labels), 4.0), _SCALE[0]), _SCALE[1])
    aspect = np.exp(rng.normal(0, _ASPECT))
    angle = np.radians(np.clip(rng.normal(0, _ROTATION), -_MAX_ROTATION, _MAX_ROTATION))
    rotate = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    shear = np.array([[1, rng.normal(0, _SHEAR)], [0, 1]])
    forward = scale * rotate @ shear @ np.diag([aspect, 1 / aspect])  # page -> canvas
    backward = np.linalg.inv(forward)
    page = np.array([width * scale * aspect, height * scale / aspect])  # its size on the canvas
    free = size - page
    shift = np.where(free > 0, rng.uniform(size=2) * free, rng.uniform(size=2) * free)
    if free[1] < 0 and rng.random() < _START_AT_TOP:
        shift[1] = rng.uniform(0, 0.1 * size)
    centre = np.array([width / 2, height / 2]) - backward @ (shift + page / 2)
    return (*backward[0], centre[0], *backward[1], centre[1])


def _transform(image: Gray, inverse: tuple[float, ...], size: int, how: Image.Resampling) -> Gray:
    picture = Image.fromarray(np.ascontiguousarray(image))
    shrink = float(np.hypot(inverse[0], inverse[3]))
    if how != Image.Resampling.NEAREST and shrink > 1.3:
        picture = picture.filter(ImageFilter.BoxBlur(shrink / 2 - 0.5))  # or thin strokes would be skipped
    return np.asarray(picture.transform((size, size), Image.Transform.AFFINE, inverse, how))


def _dirty(image: Gray, rng: np.random.Generator) -> Gray:
    """Vary the strokes and the paper."""
    picture = Image.fromarray(image)
    choice = rng.random()
    if choice < 0.2:
        picture = Image.blend(picture, picture.filter(ImageFilter.MaxFilter(3)), rng.uniform(0.2, 1.0))
    elif choice < 0.35:
        picture = picture.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.2)))
    if rng.random() < 0.2:
        _rule(picture, rng)
    if rng.random() < 0.15:
        _darken_edge(picture, rng)
    if rng.random() < 0.3:
        _specks(picture, rng)
    ink = (np.asarray(picture, np.float32) / 255) ** rng.uniform(0.6, 1.5) * rng.uniform(0.5, 1.0)
    if rng.random() < 0.3:
        ink += rng.normal(0, rng.uniform(0.01, 0.08), ink.shape).astype(np.float32)
    return (np.clip(ink, 0, 1) * 255).astype(np.uint8)


def _rule(picture: Image.Image, rng: np.random.Generator) -> None:
    """Draw ruled paper, sometimes squared, in place."""
    draw = ImageDraw.Draw(picture)
    size = picture.size[0]
    pitch, slope, grey = rng.uniform(8, 50), rng.normal(0, 0.03), int(rng.integers(30, 200))
    for y in np.arange(rng.uniform(-pitch, 0) - 0.1 * size, 1.1 * size, pitch):
        draw.line([(0, y), (size, y + slope * size)], fill=grey)
    if rng.random() < 0.25:
        for x in np.arange(rng.uniform(-pitch, 0) - 0.1 * size, 1.1 * size, pitch):
            draw.line([(x, 0), (x - slope * size, size)], fill=grey)


def _darken_edge(picture: Image.Image, rng: np.random.Generator) -> None:
    """Draw what lies beside the page: a dark bar at one side, in place."""
    draw = ImageDraw.Draw(picture)
    size = picture.size[0]
    first, second = rng.uniform(0, 0.08 * size, 2)
    corners = [(0, 0), (size, 0), (size, second), (0, first)]
    side = int(rng.integers(4))
    if side % 2:
        corners = [(y, x) for x, y in corners]
    if side >= 2:
        corners = [(size - x, size - y) for x, y in corners]
    draw.polygon(corners, fill=int(rng.integers(60, 255)))


def _specks(picture: Image.Image, rng: np.random.Generator) -> None:
    """Draw dots of dirt, in place."""
    draw = ImageDraw.Draw(picture)
    for _ in range(int(rng.integers(1, 25))):
        x, y = rng.uniform(0, picture.size[0], 2)
        radius = rng.exponential(1.0)
        draw.ellipse([x - radius, y - radius, x + radius, y + radius], fill=int(rng.integers(60, 255)))
