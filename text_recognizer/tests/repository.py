"""The repository as data, for the tests that hold its structure: files, imports, import graph."""

import ast
import functools
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from text_recognizer import _MODULES

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("text_recognizer", "training", "evaluation", "api")
TRAINING_HALF = tuple(
    f"text_recognizer.{name}" for name in ("augmentation", "datasets", "models", "networks", "tooling")
)


# The fields of statements that hold statements, or what holds them.
_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")


def modules() -> dict[str, Path]:
    """Return every module of the repository that is not a test: dotted name to file."""
    files = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return {dotted_name(path): path for path in files if "tests" not in path.relative_to(ROOT).parts}


def dotted_name(path: Path) -> str:
    """Return the name under which the file at `path` is imported."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@functools.cache
def imported_names(source: str) -> frozenset[str]:
    """Return the dotted names that `source` imports anywhere, also inside functions.

    `from a import b` gives `a` and `a.b`, for b may be a module. Imports for type checkers are left out.
    """
    names: set[str] = set()
    for node in _running(ast.parse(source).body):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            names |= {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(names)


def _running(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Yield the statements of `body` and of all blocks in it, without those under `if TYPE_CHECKING`."""
    waiting = [*body]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            waiting += node.orelse
        else:  # imports are statements: expressions need no look, and they are most of a tree
            waiting += [inner for block in _BLOCKS for inner in getattr(node, block, ())]


@functools.cache
def import_graph() -> dict[str, set[str]]:
    """Return what each module imports: dotted names of the repository, top-level names of what is foreign."""
    own = modules()
    return {name: _edges(path.read_text(encoding="utf-8"), own) for name, path in own.items()}


def _edges(source: str, own: Mapping[str, Path]) -> set[str]:
    edges: set[str] = set()
    for name in imported_names(source):
        top = name.partition(".")[0]
        if top in PACKAGES:
            parts = _home(name).split(".")
            prefixes = {".".join(parts[: i + 1]) for i in range(len(parts))}
            edges |= prefixes & own.keys()  # importing a.b.c runs a and a.b too
        elif top not in sys.stdlib_module_names:
            edges.add(top)
    return edges


def _home(name: str) -> str:
    """Return the module that a public name of text_recognizer is imported from when it is used."""
    package, _, public = name.rpartition(".")
    return f"{package}.{_MODULES[public]}" if package == "text_recognizer" and public in _MODULES else name


def direct_imports() -> dict[str, set[str]]:
    """Return the modules of the repository that each module names itself, not those that are run on the way.

    `from a import b` counts as `a.b` if that is a module, else as `a`.
    """
    own = modules()
    return {name: _named(path.read_text(encoding="utf-8"), own) for name, path in own.items()}


def _named(source: str, own: Mapping[str, Path]) -> set[str]:
    named = {name for name in (_home(name) for name in imported_names(source)) if name in own}
    # A package is meant itself only if one of its names that is no module is imported.
    others = {_home(name).rpartition(".")[0] for name in imported_names(source) if _home(name) not in own}
    return {name for name in named if name in others or not any(n.startswith(f"{name}.") for n in named)}


def circles(graph: Mapping[str, set[str]]) -> list[list[str]]:
    """Return the names of each circle of a graph (those that reach each other), sorted."""
    reach = {name: reachable(graph, graph[name]) for name in graph}
    found = {tuple(sorted(o for o in reach[name] if name in reach.get(o, ()))) for name in graph}
    return sorted([*circle] for circle in found if circle)


def reachable(graph: Mapping[str, set[str]], start: set[str]) -> set[str]:
    """Return `start` and every name that its modules import, directly or through others."""
    seen: set[str] = set()
    waiting = set(start)
    while waiting:
        name = waiting.pop()
        seen.add(name)
        waiting |= graph.get(name, set()) - seen
    return seen


def within(name: str, packages: tuple[str, ...]) -> bool:
    """Tell whether the module `name` is one of `packages` or lies in one of them."""
    return any(name == package or name.startswith(f"{package}.") for package in packages)
