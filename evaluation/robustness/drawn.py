"""Pages drawn with handwriting fonts: their text and the boxes of their lines are known."""

import textwrap
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from text_recognizer.arrays import GrayImage
from text_recognizer.datasets.synthetic.fonts import FONT_HEIGHT_PX, font_files, font_name, load_font
from text_recognizer.geometry import Region

DRAWN = "drawn"  # name of the set
DRAWN_PAGES = 10  # as many as hands: each is written in another font
PITCH = 1.5  # distance of lines, in heights of letters
MARGIN_PX = 60

# Fonts that a stranger reads without effort: what is misread is then the fault of the page.
_HANDS = (
    "architects-daughter", "caveat", "coming-soon", "handlee", "indie-flower",
    "kalam", "mansalva", "patrick-hand", "schoolbell", "shadows-into-light",
)  # fmt: skip
_COLUMN_CHARACTERS = 24
_INK_GRAYS = (15, 70)
_PAPER_GRAY = 250
_WHO = (
    "Our neighbour", "The old doctor", "My youngest aunt", "A tired sailor", "The new teacher", "Her brother",
    "The farmer", "Somebody", "The postman", "A clever girl", "The whole village", "Old Margaret",
)  # fmt: skip
_DID = (
    "sold", "carried", "forgot", "painted", "bought", "mended", "found", "borrowed", "washed", "described",
)  # fmt: skip
_WHAT = (
    "a wooden boat", "the green lamp", "three letters", "a basket of plums", "the broken clock", "her coat",
    "some good bread", "a map of the coast", "the last key", "two white horses", "a jar of honey",
)  # fmt: skip
_WHERE = (
    "near the harbour", "before breakfast", "on Sunday evening", "behind the mill", "without a word",
    "in the rain", "for the journey", "at the market", "when winter came", "by the river",
)  # fmt: skip


@dataclass(frozen=True)
class TruePage:
    """A page whose text is known.

    ```python
    from PIL import ImageFont

    from evaluation.robustness.drawn import Written, draw

    page = draw("1", [Written("some text", 60, 90, ImageFont.load_default(40))])
    print(page.lines, page.regions, page.load().shape)
    ```

    Attributes:
        id: Unique within its set.
        lines: Text of each line, in reading order; none for a picture without text.
        load: Returns the grey values (H, W).
        regions: Box of each line; empty if they are unknown.
    """

    id: str
    lines: tuple[str, ...]
    load: Callable[[], GrayImage]
    regions: tuple[Region, ...] = ()


class Written(NamedTuple):
    """A line of text and where it stands.

    Attributes:
        text: One line.
        x: Column of its left end.
        y: Row of its base line.
        face: The font.
    """

    text: str
    x: int
    y: int
    face: ImageFont.FreeTypeFont


def seeded(name: str) -> np.random.Generator:
    """Return the source of randomness of a name: always the same one, on any machine."""
    return np.random.default_rng(zlib.crc32(name.encode()))


def hands(count: int = DRAWN_PAGES) -> list[ImageFont.FreeTypeFont]:
    """Return fonts of legible hands, in turn; letters are FONT_HEIGHT_PX high.

    Raises:
        DataError: If there are no fonts.
    """
    files = font_files()
    legible = [path for path in files if font_name(path) in _HANDS] or files
    return [load_font(legible[i % len(legible)]).face for i in range(count)]


def sized(face: ImageFont.FreeTypeFont, factor: float) -> ImageFont.FreeTypeFont:
    """Return a font in another size."""
    return face.font_variant(size=factor * face.size)


def sentence(rng: np.random.Generator) -> str:
    """Return a sentence of a line's length, 25 to 66 characters."""
    who, did, what, where = (str(rng.choice(words)) for words in (_WHO, _DID, _WHAT, _WHERE))
    return f"{who} {did} {what} {where}."


def running_text(rng: np.random.Generator, lines: int) -> list[str]:
    """Return sentences one after the other, broken into lines of a narrow column, up to 24 characters."""
    text = " ".join(sentence(rng) for _ in range(lines))  # more than enough: none fits into one line
    return textwrap.wrap(text, _COLUMN_CHARACTERS)[:lines]


def column(
    texts: Sequence[str], face: ImageFont.FreeTypeFont, left: int, top: int, factor: float = 1.0
) -> list[Written]:
    """Return lines below each other, from the row `top` on.

    Args:
        texts: One for each line.
        face: A font whose letters are FONT_HEIGHT_PX high.
        left: Column of their left ends.
        top: Row of the top of the first line.
        factor: By how much letters are larger than that.
    """
    face, height = sized(face, factor), factor * FONT_HEIGHT_PX
    return [
        Written(text, left, round(top + height * (0.75 + PITCH * i)), face) for i, text in enumerate(texts)
    ]


def end_of(written: Sequence[Written]) -> tuple[int, int]:
    """Return the last column and row that a text takes."""
    boxes = [_box(line) for line in written]
    return max(box.x2 for box in boxes), max(box.y2 for box in boxes)


def draw(
    page_id: str, written: Sequence[Written], margin: int = MARGIN_PX, rules: Sequence[Region] = ()
) -> TruePage:
    """Return a page with lines of text, which ends a margin behind them.

    Args:
        page_id: Also decides how dark the ink is.
        written: The lines, in reading order.
        margin: Paper right of the last column of ink and below its last row, in pixels.
        rules: Boxes to be filled with ink, as the rules of a table.
    """
    ink = int(seeded(page_id).integers(*_INK_GRAYS))

    def load() -> GrayImage:
        right, bottom = end_of(written)
        right, bottom = max([right, *(r.x2 for r in rules)]), max([bottom, *(r.y2 for r in rules)])
        picture = Image.new("L", (right + margin, bottom + margin), _PAPER_GRAY)
        pen = ImageDraw.Draw(picture)
        for rule in rules:
            pen.rectangle((rule.x1, rule.y1, rule.x2 - 1, rule.y2 - 1), fill=ink)
        for text, x, y, face in written:
            pen.text((x, y), text, font=face, fill=ink, anchor="ls")
        return np.asarray(picture)

    return TruePage(page_id, tuple(line.text for line in written), load, tuple(map(_box, written)))


def beside(text: TruePage, note: TruePage, upwards: bool, on_left: bool, top: int) -> TruePage:
    """Return a page with a note that runs up or down beside its text, and is read after it.

    Args:
        text: The page; it becomes wider by the note and a margin.
        note: An image of one level line.
        upwards: Whether the note runs upwards; else downwards.
        on_left: Whether it stands on the left.
        top: Row at which it begins; above that, if the page is not high enough.
    """
    (box,) = note.regions
    (page_height, page_width), (height, width) = text.load().shape, note.load().shape
    x = MARGIN_PX if on_left else page_width
    y = max(0, min(top, page_height - width))
    turned = (
        Region(box.y1, width - box.x2, box.y2, width - box.x1)
        if upwards
        else Region(height - box.y2, box.x1, height - box.y1, box.x2)
    )

    def load() -> GrayImage:
        strip = np.full((page_height, height + MARGIN_PX), _PAPER_GRAY, np.uint8)
        left = MARGIN_PX if on_left else 0
        strip[y : y + width, left : left + height] = np.rot90(note.load(), 1 if upwards else 3)[:page_height]
        return np.hstack((strip, text.load()) if on_left else (text.load(), strip))

    shift = height + MARGIN_PX if on_left else 0
    return TruePage(
        text.id,
        (*text.lines, *note.lines),
        load,
        (*(_moved(region, shift, 0) for region in text.regions), _moved(turned, x, y)),
    )


def paler(page: TruePage, chosen: Sequence[int], share: float) -> TruePage:
    """Return a page some of whose lines, which must not reach into others, are in a paler ink.

    Args:
        page: In one ink.
        chosen: Indices of the lines.
        share: How far the paler ink is from the paper, in distances of the other one, 0-1.
    """

    def load() -> GrayImage:
        image = page.load().astype(np.float32)
        for box in (page.regions[index] for index in chosen):
            part = image[box.y1 : box.y2, box.x1 : box.x2]
            part[:] = _PAPER_GRAY - share * (_PAPER_GRAY - part)
        return np.round(image).astype(np.uint8)

    return TruePage(page.id, page.lines, load, page.regions)


def _moved(box: Region, x: int, y: int) -> Region:
    return Region(box.x1 + x, box.y1 + y, box.x2 + x, box.y2 + y)


def _box(line: Written) -> Region:
    """Return the box of the ink of a line."""
    left, top, right, bottom = line.face.getbbox(line.text, anchor="ls")
    return Region(round(line.x + left), round(line.y + top), round(line.x + right), round(line.y + bottom))


def drawn_pages(faces: Sequence[ImageFont.FreeTypeFont]) -> list[TruePage]:
    """Return a page of 6 to 11 lines for each font."""
    pages = []
    for index, face in enumerate(faces):
        name = f"drawn {index + 1}"
        rng = seeded(name)
        texts = [sentence(rng) for _ in range(6 + index % 6)]
        pages.append(draw(name, column(texts, face, MARGIN_PX, MARGIN_PX)))
    return pages
