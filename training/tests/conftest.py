"""Tiny data sets that the training tests draw themselves."""

import numpy as np
import pytest

from text_recognizer.datasets import registry
from text_recognizer.datasets.dataset import Dataset, Split

TEXTS = ["abba", "cab", "dad", "bed", "ace", "fee", "beef", "cafe"]


def draw(text: str) -> np.ndarray:
    """Draw a line in which every letter is a bar pattern of its own, (64, W)."""
    image = np.zeros((64, 32 * len(text) + 32), np.uint8)
    for i, character in enumerate(text):
        code, left = ord(character) - ord("a") + 1, 16 + 32 * i
        for bit in range(3):
            if code >> bit & 1:
                image[4 + 20 * bit : 20 + 20 * bit, left + 4 : left + 28] = 255
    return image


class BarLines(Dataset):
    """Eight lines of bars, the same in every split."""

    input_shape = (64, None, 1)
    output_shape = (None, 80)

    def load_or_generate_data(self) -> None:
        """Draw the lines; one of train has no CTC path."""
        good = Split([str(i) for i in range(len(TEXTS))], [draw(text) for text in TEXTS], TEXTS)
        bad = Split([*good.ids, "too-narrow"], [*good.images, draw("a")], [*TEXTS, "abcdefabcdefabcdef"])
        self.splits = {"train": bad, "validation": good, "test": good}
        self.data_hash = "bars"

    def describe(self) -> str:
        """Return the count."""
        return f"{len(TEXTS)} lines of bars"


@pytest.fixture(autouse=True)
def bar_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the data set into the registry."""
    monkeypatch.setitem(registry.DATASETS, "BarLines", BarLines)
