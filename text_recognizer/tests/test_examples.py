"""Every example in a docstring runs, and every public class has one."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.app import create_app
from api.config import ApiConfig
from api.tests.conftest import FakeRecognizer
from api.tests.live import serving_app
from text_recognizer.tests.examples import (
    Example,
    blocks,
    documented,
    examples,
    needs_example,
    public_classes_without_example,
)
from text_recognizer.tests.marks import names_imported, needs_keras

pytestmark = pytest.mark.slow

ADDRESS = "http://127.0.0.1:8000"


def parameters() -> list[object]:
    numbers: Counter[str] = Counter()
    found: list[object] = []
    for example in examples():
        numbers[example.name] += 1
        number = numbers[example.name]
        name = example.name if number == 1 else f"{example.name}-{number}"
        keras = needs_keras({example.module, *names_imported(example.code)})
        found.append(pytest.param(example, id=name, marks=[pytest.mark.keras] if keras else []))
    return found


@pytest.fixture
def service() -> Iterator[str]:
    """The address of a service that reads every page alike."""
    with serving_app(create_app(ApiConfig(), FakeRecognizer())) as address:
        yield address


@pytest.mark.parametrize("example", parameters())
def test_examples_run(example: Example, pictures: Path, request: pytest.FixtureRequest) -> None:
    code = example.code
    if ADDRESS in code:
        code = code.replace(ADDRESS, request.getfixturevalue("service"))
    exec(compile(code, f"<example of {example.name}>", "exec"), {"folder": str(pictures)})


SOURCE = '''
"""A module.

```python
x = 1
```
"""
class B:
    """A class.

    Example:
        ```python
        y = 1
        if y:
            y = 2
        ```
    """
    def f(self):
        """No example."""
'''


def test_blocks_are_found_in_docstrings_of_every_kind() -> None:
    tree = ast.parse(SOURCE)
    found = {name: blocks(node) for name, node in documented(tree, "m")}
    assert found == {"m": ["x = 1\n"], "m.B": ["y = 1\nif y:\n    y = 2\n"], "m.B.f": []}


@pytest.mark.parametrize(
    ("source", "needed"),
    [
        ("class A: ...", True),
        ("class A(Base[int]):\n    def f(self): ...", True),
        ("@dataclass(frozen=True)\nclass A:\n    x: int\n    def f(self): ...", True),
        ("@dataclass(frozen=True)\nclass A:\n    x: int", False),
        ("@dataclass\nclass A:\n    x: int\n    @property\n    def f(self): ...", False),
        ("class AError(ValueError): ...", False),
        ("class A(typing.Protocol[T]): ...", False),
        ("class A(TypedDict): ...", False),
    ],
)
def test_which_classes_need_an_example(source: str, needed: bool) -> None:
    (node,) = ast.parse(source).body
    assert isinstance(node, ast.ClassDef)
    assert needs_example(node) is needed


def test_every_public_class_has_an_example() -> None:
    assert public_classes_without_example() == set()
