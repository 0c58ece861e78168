import pytest

from text_recognizer.preprocessing import version
from text_recognizer.preprocessing.version import code_digest, preprocessing_version

SOURCE = '''
"""What it does."""
import numpy as np

_MARGIN = 16  # blank columns


def pad(ink):
    """Return it padded."""
    if ink.ndim != 2:
        raise ValueError(f"not an image: {ink.shape}")
    return np.pad(ink, ((0, 0), (_MARGIN, _MARGIN)))
'''


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# blank columns", "# paper on both sides"),
        ('"""Return it padded."""', '"""Return an image with paper on both sides."""'),
        ('    """Return it padded."""\n', ""),
        ("\n\n\ndef", "\ndef"),
        ("not an image: {ink.shape}", "Expected (H, W); received {ink.shape}"),
    ],
)
def test_words_do_not_change_the_digest(old: str, new: str) -> None:
    assert old in SOURCE
    assert code_digest([SOURCE.replace(old, new)]) == code_digest([SOURCE])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("16", "8"),
        ("(0, 0)", "(0, 1)"),
        ("np.pad", "np.tile"),
        ("!= 2", "== 2"),
        ("(_MARGIN, _MARGIN)", "()"),
    ],
)
def test_code_changes_the_digest(old: str, new: str) -> None:
    assert old in SOURCE
    assert code_digest([SOURCE.replace(old, new)]) != code_digest([SOURCE])


def test_digest_is_the_same_in_every_version_of_python() -> None:
    assert code_digest([SOURCE]) == "cf8c5e50de34841c"  # as Python 3.11, 3.12 and 3.13 compute it


def test_all_modules_that_make_inputs_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(version, "code_digest", "\n".join)
    seen = preprocessing_version.__wrapped__()
    for function in (
        "load_image",
        "array_to_uint8",
        "ink_map",
        "reduce_ink",
        "ink_to_line",
        "slope_and_slant",
        "width_factor",
    ):
        assert f"def {function}(" in seen
    assert "def word_input(" not in seen  # data sets of words name that module themselves


def test_version_is_short_and_stays() -> None:
    assert len(preprocessing_version()) == 16
    assert preprocessing_version() == preprocessing_version()
