"""The examples in docstrings: which there are, and which classes have none."""

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from text_recognizer.tests.repository import modules

Documented = ast.Module | ast.ClassDef | ast.FunctionDef

_BLOCK = re.compile(r"^( *)```python\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_WITHOUT_EXAMPLE = {"Enum", "NamedTuple", "Protocol", "StrEnum", "TypedDict"}


@dataclass(frozen=True)
class Example:
    """A fenced block of Python in the docstring of `name` in `module`."""

    module: str
    name: str
    code: str


def examples() -> Iterator[Example]:
    """Yield the examples of all modules, classes and functions."""
    for module, path in modules().items():
        source = path.read_text(encoding="utf-8")
        tree = ast.parse(source if "```python" in source else "")
        for name, node in documented(tree, module):
            yield from (Example(module, name, code) for code in blocks(node))


def blocks(node: Documented) -> list[str]:
    """Return the fenced blocks of Python in a docstring."""
    text = inspect.cleandoc(ast.get_docstring(node) or "")
    return [textwrap.dedent(code) for _, code in _BLOCK.findall(text)]


def documented(node: Documented, name: str) -> Iterator[tuple[str, Documented]]:
    """Yield a module, class or function, and those within it, each with its dotted name."""
    yield name, node
    for child in [] if isinstance(node, ast.FunctionDef) else node.body:
        if isinstance(child, ast.ClassDef | ast.FunctionDef):
            yield from documented(child, f"{name}.{child.name}")


def public_classes_without_example() -> set[str]:
    """Return the public classes that neither their own docstring nor that of their module shows in use."""
    found = set()
    for module, path in modules().items():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        shown = "\n".join(blocks(tree))
        for name, node in documented(tree, module):
            if isinstance(node, ast.ClassDef) and not re.search(r"\._", name) and needs_example(node):
                own = [code for _, child in documented(node, name) for code in blocks(child)]
                if not own and not re.search(rf"\b{node.name}\b", shown):
                    found.add(name)
    return found


def needs_example(node: ast.ClassDef) -> bool:
    """Tell whether a class must be shown in use.

    Errors and types alone need not be, nor data classes that have only fields and properties, which say all.
    """
    bases = {ast.unparse(base).partition("[")[0].rpartition(".")[2] for base in node.bases}
    if bases & _WITHOUT_EXAMPLE or any(name.endswith(("Error", "Exception")) for name in {node.name, *bases}):
        return False
    is_data = any("dataclass" in ast.unparse(decorator) for decorator in node.decorator_list)
    return not is_data or any(
        isinstance(child, ast.FunctionDef)
        and not child.name.startswith("_")
        and "property" not in map(ast.unparse, child.decorator_list)
        for child in node.body
    )
