import re

import pytest

from text_recognizer import errors
from text_recognizer.errors import InvalidInputError, TextRecognizerError

CLASSES = {
    name: value
    for name, value in vars(errors).items()
    if isinstance(value, type) and issubclass(value, Exception)
}
TREE = dict(re.findall(r"(\w+Error)[^\n]*?(\d{3})", (errors.__doc__ or "").split("```")[1]))


def test_the_tree_in_the_docstring_is_complete() -> None:
    assert TREE.keys() == CLASSES.keys()


@pytest.mark.parametrize("name", CLASSES)
def test_statuses_are_those_of_the_tree(name: str) -> None:
    kind = CLASSES[name]
    assert issubclass(kind, TextRecognizerError)
    assert kind.http_status == int(TREE[name])
    assert issubclass(kind, InvalidInputError) == (400 <= int(TREE[name]) < 500)
