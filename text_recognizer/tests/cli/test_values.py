import argparse
from collections.abc import Callable

import pytest

from text_recognizer.cli import values


def test_what_options_mean() -> None:
    assert values.formats("txt,json,md,text,pdf") == ("text", "json", "markdown", "pdf")
    assert values.page_ranges("2-").of(3) == [2, 3]
    assert values.shard("2/3") == (2, 3)
    assert values.positive("7") == 7


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (values.formats, "doc"),
        (values.formats, ""),
        (values.page_ranges, "3-1"),
        (values.shard, "0/3"),
        (values.shard, "4/3"),
        (values.shard, "2"),
        (values.positive, "0"),
        (values.positive, "-1"),
        (values.positive, "x"),
    ],
)
def test_what_means_nothing(read: Callable[[str], object], text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match=r"[Ee]xpected"):
        read(text)
