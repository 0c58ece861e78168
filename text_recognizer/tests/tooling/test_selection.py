import argparse

import pytest

from text_recognizer.errors import ConfigError, DataError
from text_recognizer.tooling.selection import add_limit_argument, spread


@pytest.mark.parametrize(
    ("limit", "chosen"),
    [(None, [0, 1, 2, 3, 4, 5]), (3, [0, 2, 4]), (4, [0, 1, 3, 4]), (1, [0]), (9, [0, 1, 2, 3, 4, 5])],
)
def test_items_are_spread(limit: int | None, chosen: list[int]) -> None:
    assert spread(range(6), limit) == chosen


@pytest.mark.parametrize("limit", [0, -2])
def test_a_limit_that_leaves_nothing_is_refused(limit: int) -> None:
    with pytest.raises(ConfigError, match=f"limit of {limit} leaves no items"):
        spread([1, 2], limit)


def test_no_items_at_all_are_an_error() -> None:
    with pytest.raises(DataError, match="Choose another --split"):
        spread([], None)


@pytest.mark.parametrize("text", ["0", "-1", "many"])
def test_the_command_line_takes_whole_numbers_from_one_on(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    parser = argparse.ArgumentParser()
    add_limit_argument(parser, "items", 7)
    assert (parser.parse_args([]).limit, parser.parse_args(["--limit", "3"]).limit) == (7, 3)
    with pytest.raises(SystemExit) as end:
        parser.parse_args([f"--limit={text}"])
    assert end.value.code == 2
    assert "argument --limit" in capsys.readouterr().err
