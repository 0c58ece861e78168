"""The ink of what is written, without what is printed on the paper or shows through it."""

from text_recognizer.arrays import GrayImage, InkMap
from text_recognizer.images.ink import ink_map
from text_recognizer.preprocessing.paper_dots import remove_dots
from text_recognizer.preprocessing.paper_rules import remove_rules
from text_recognizer.preprocessing.show_through import remove_show_through


def writing_ink(image: GrayImage) -> InkMap:
    """Return the ink of an image without rules, squares and dots of its paper, and what shows through it.

    Args:
        image: (H, W) uint8 grey values, dark on light or light on dark.

    Returns:
        (H, W) float32 in [0, 1], as `ink_map` returns it for blank paper.

    Raises:
        InvalidInputError: If the array is not two-dimensional uint8 or is empty.
    """
    return remove_dots(remove_show_through(remove_rules(ink_map(image))))
