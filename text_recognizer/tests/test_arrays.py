from typing import get_args, get_origin

import numpy as np
import pytest

from text_recognizer import arrays

ALIASES = {name: value for name, value in vars(arrays).items() if name[0].isupper() and name != "Annotated"}


@pytest.mark.parametrize("name", [name for name in ALIASES if name != "TypeAlias"])
def test_every_alias_states_type_axes_and_meaning(name: str) -> None:
    array, axes, meaning = get_args(ALIASES[name])
    assert get_origin(array) is np.ndarray
    assert axes
    assert all(axis.lstrip("*").isidentifier() or axis.isdigit() for axis in axes.split())
    assert meaning
