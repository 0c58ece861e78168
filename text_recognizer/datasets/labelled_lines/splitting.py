"""Which split each labelled line belongs to: as its folder says, by document, or at random with a seed."""

from collections.abc import Mapping, Sequence
from typing import Literal, get_args

import numpy as np

from text_recognizer.datasets.labelled.images import LabelledImage
from text_recognizer.errors import DataError

SplitBy = Literal["given", "document", "random"]
SPLITS_BY: tuple[SplitBy, ...] = get_args(SplitBy)

_MIN_DOCUMENTS = 5  # with fewer, a document held back takes too much of the training lines


def split_lines(
    images: Sequence[LabelledImage],
    given: Mapping[str, str],
    by: SplitBy | None,
    shares: Mapping[str, float],
    seed: int,
) -> dict[str, list[LabelledImage]]:
    """Return the lines of train, validation and test.

    Args:
        images: All lines, with ids unique among them.
        given: Split of lines by id, where their folder says so.
        by: How; None for what the lines offer: given splits, at least 5 documents, else at random.
        shares: Share of the lines that `validation` and `test` get where splits are not given.
        seed: Of the order in which lines or documents are taken.

    Raises:
        DataError: If splits should be given and no line has one.
    """
    documents = list(dict.fromkeys(image.group for image in images if image.group))
    if by is None:
        by = "given" if given else "document" if len(documents) >= _MIN_DOCUMENTS else "random"
    if by == "given":
        if not given:
            raise DataError("No line has a split: name one in splits/*.txt, or split by document or random.")
        chosen = {image.id: given.get(image.id, "train") for image in images}
    else:
        # A line of no document is a document of its own.
        groups = {image.id: (image.group if by == "document" else "") or image.id for image in images}
        of_group = _drawn(list(groups.values()), shares, seed)
        chosen = {name: of_group[group] for name, group in groups.items()}
    return {
        split: [image for image in images if chosen[image.id] == split]
        for split in ("train", "validation", "test")
    }


def _drawn(groups: Sequence[str], shares: Mapping[str, float], seed: int) -> dict[str, str]:
    """Return the split of each group: random groups until validation and test have their shares of lines."""
    sizes = dict.fromkeys(groups, 0)
    for group in groups:
        sizes[group] += 1
    names = sorted(sizes)
    order = [names[int(i)] for i in np.random.default_rng(seed).permutation(len(names))]
    splits: dict[str, str] = dict.fromkeys(order, "train")
    remaining = iter(order[:-1])  # one group at least is left to train on
    for split, share in shares.items():
        wanted, taken = share * len(groups), 0
        while taken + 0.5 <= wanted and (chosen := next(remaining, None)) is not None:
            splits[chosen] = split
            taken += sizes[chosen]
    return splits
