"""Whether a document is ruled is told by its lines."""

import numpy as np
from PIL import Image, ImageDraw

from evaluation.items.papers import by_paper, is_ruled
from evaluation.items.texts import TextItem


def line(name: str, rule: bool) -> TextItem:
    image = Image.new("L", (600, 70), 240)
    draw = ImageDraw.Draw(image)
    for x in range(20, 560, 30):
        draw.line((x, 15, x + 12, 52), fill=30, width=4)
    if rule:
        draw.line((0, 60, 600, 60), fill=150, width=2)
    return TextItem(name, "own", np.asarray(image), "text")


def test_a_rule_is_seen() -> None:
    assert is_ruled(line("a", True))
    assert not is_ruled(line("a", False))


def test_a_document_is_ruled_if_some_of_its_lines_show_it() -> None:
    items = [line("a1", True), line("a2", False), line("b1", False), line("c", True)]
    found = by_paper(items, {"a1": "a", "a2": "a", "b1": "b"})
    assert [item.source for item in found] == ["own, ruled", "own, ruled", "own, plain", "own, ruled"]
    assert [item.id for item in found] == ["a1", "a2", "b1", "c"]
