import numpy as np
import pytest

from evaluation.robustness.degradations import DEGRADATIONS
from evaluation.robustness.rows import NAMES, table_rows
from text_recognizer.errors import ConfigError

pytestmark = pytest.mark.usefixtures("plain_hands")


def test_all_rows_have_names_of_their_own() -> None:
    rows = list(table_rows(["drawn"], "test", 1))
    assert [row.name for row in rows] == list(NAMES)
    assert len(set(NAMES)) == len(NAMES)
    assert all(len(row.pages) == 1 for row in rows)


def test_chosen_degradations_are_beside_the_clean_pages() -> None:
    rows = list(table_rows(["drawn"], "test", 2, ["blur", "words-1", "gradient"]))
    assert [(row.name, len(row.pages)) for row in rows] == [
        ("clean", 2), ("blur", 2), ("words-1", 2), ("gradient", 2),
    ]  # fmt: skip
    clean, blurred = rows[0].pages[0], rows[1].pages[0]
    assert (clean.id, clean.lines) == (blurred.id, blurred.lines)
    np.testing.assert_array_equal(blurred.load(), DEGRADATIONS["blur"].of(clean.load(), clean.id))


def test_layouts_need_no_clean_pages() -> None:
    assert [row.name for row in table_rows(["drawn"], "test", 1, ["words-1"])] == ["words-1"]


def test_unknown_rows_are_named() -> None:
    with pytest.raises(ConfigError, match=r"no rows \['fire'\].*ruled-light"):
        list(table_rows(["drawn"], "test", 1, ["fire", "blur"]))
