"""FSDL handwriting as paragraphs to train on."""

import numpy as np
import pytest

from text_recognizer.datasets.fsdl.paragraphs_dataset import FsdlHandwritingParagraphsDataset
from text_recognizer.tests.datasets.fsdl.folder import HOST, NAMES, Folder, load
from text_recognizer.tests.datasets.fsdl_pages import TEXTS, draw_page, record


def test_paragraphs_have_the_labels_of_their_lines(pages: Folder) -> None:
    dataset = load(FsdlHandwritingParagraphsDataset())
    image, labels = dataset.train.images[0], dataset.train.targets[0]
    assert image.shape == labels.shape
    assert image.dtype == labels.dtype == np.uint8
    assert max(image.shape) <= 512
    column = labels[:, labels.shape[1] // 3].astype(int)
    assert [int(v) for v in column[1:][np.diff(column) > 0]] == [1, 2, 1]
    assert (labels[image > 128] > 0).mean() > 0.98
    assert "pixels: background" in dataset.describe()


@pytest.mark.slow
def test_pages_without_any_text_only_on_request(folder: Folder) -> None:
    content = {f"{name}.png": draw_page() for name in NAMES}
    texts = [TEXTS if i % 2 else ("", "", "") for i in range(8)]
    folder.write([record(f"{HOST}/{n}.png", t) for n, t in zip(NAMES, texts, strict=True)], content)
    some = load(FsdlHandwritingParagraphsDataset())
    every = load(FsdlHandwritingParagraphsDataset(use_untranscribed=True))
    assert sum(map(len, some.splits.values())) == some.untranscribed == 4
    assert sum(map(len, every.splits.values())) == 8
    assert some.data_hash != every.data_hash
