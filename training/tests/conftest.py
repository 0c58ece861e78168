"""Tiny data sets that the training tests draw themselves."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from text_recognizer.datasets import DATASETS
from text_recognizer.datasets.dataset import Dataset, Split
from text_recognizer.vocabulary import EMNIST_CHARACTERS, LINE_CHARACTERS

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
    characters = LINE_CHARACTERS

    def load_or_generate_data(self) -> None:
        """Draw the lines; one of train has no CTC path."""
        good = Split([str(i) for i in range(len(TEXTS))], [draw(text) for text in TEXTS], TEXTS)
        bad = Split([*good.ids, "too-narrow"], [*good.images, draw("a")], [*TEXTS, "abcdefabcdefabcdef"])
        self.splits = {"train": bad, "validation": good, "test": good}
        self.data_hash = "bars"

    def describe(self) -> str:
        """Return the count."""
        return f"{len(TEXTS)} lines of bars"


class BarCharacters(Dataset):
    """Eight images of a bar, a class for each place of it, the same in every split."""

    input_shape = (28, 28, 1)
    output_shape = (62,)
    characters = EMNIST_CHARACTERS

    def load_or_generate_data(self) -> None:
        """Draw the bars."""
        images = np.zeros((8, 28, 28), np.uint8)
        for i in range(8):
            images[i, 4:24, 2 + 3 * i : 5 + 3 * i] = 255
        split = Split([f"bar-{i}" for i in range(8)], list(images), list(range(8)))
        self.splits = dict.fromkeys(("train", "validation", "test"), split)
        self.data_hash = "bar characters"

    def describe(self) -> str:
        """Return the count."""
        return "8 bars"


@pytest.fixture(autouse=True)
def bar_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the data sets into the registry."""
    monkeypatch.setitem(DATASETS, "BarCharacters", BarCharacters)
    monkeypatch.setitem(DATASETS, "BarLines", BarLines)


@pytest.fixture
def fake_gpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Puts an nvidia-smi first in PATH; each call of the fixture sets the rows that it prints.

    Locks lie in a temporary folder of the test, and CUDA_VISIBLE_DEVICES is not set.
    """
    folder = tmp_path / "bin"
    folder.mkdir()
    (tmp_path / "tmp").mkdir()
    answer, command = tmp_path / "gpus.csv", folder / "nvidia-smi"
    command.write_text(f'#!/bin/sh\necho "$@" >> "{tmp_path}/queries"\ncat "{answer}"\n')
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setattr(tempfile, "tempdir", None)  # it remembers TMPDIR
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.delenv("CUDA_DEVICE_ORDER", raising=False)

    def answer_with(*rows: str) -> Path:
        answer.write_text("".join(f"{row}\n" for row in rows))
        return answer

    return answer_with
