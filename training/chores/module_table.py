"""Write the table of modules in docs/modules.md, from the first lines of their docstrings.

`python -m training.chores.module_table` rewrites it after modules or their docstrings have changed.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from text_recognizer.tooling.command import command_parser, run_command
from text_recognizer.tooling.markdown_block import DOCS, rewrite_block

ROOT = Path(__file__).parents[2]
PAGE = DOCS / "modules.md"
BEGIN, END = "<!-- modules: made by training/chores/module_table.py -->", "<!-- end of modules -->"

# In the order in which data flows: what serves, what training adds, what trains, scores and serves by HTTP.
PACKAGES = (
    "text_recognizer",
    "text_recognizer/images",
    "text_recognizer/layout",
    "text_recognizer/preprocessing",
    "text_recognizer/inference",
    "text_recognizer/decoding",
    "text_recognizer/formats",
    "text_recognizer/metrics",
    "text_recognizer/datasets",
    "text_recognizer/augmentation",
    "text_recognizer/networks",
    "text_recognizer/models",
    "text_recognizer/tooling",
    "training",
    "evaluation",
    "api",
)


def table(root: Path = ROOT) -> str:
    """Return a heading and a table for each folder of modules under `root`, as Markdown."""
    return "\n\n".join(_section(folder, root) for folder in folders(root))


def folders(root: Path) -> list[Path]:
    """Return the folders that hold modules and no tests, in the order of `PACKAGES`."""
    found = {path.parent for package in PACKAGES for path in (root / package).rglob("*.py")}
    found = {folder for folder in found if "tests" not in folder.relative_to(root).parts}
    return sorted(found, key=lambda folder: _place(folder.relative_to(root)))


def _place(folder: Path) -> tuple[int, str]:
    """Return what folders are sorted by: the last of `PACKAGES` that holds the folder, then its name."""
    homes = [index for index, package in enumerate(PACKAGES) if folder.is_relative_to(package)]
    deepest = max(homes, key=lambda index: PACKAGES[index].count("/"))
    return deepest, folder.as_posix()


def _section(folder: Path, root: Path) -> str:
    name = folder.relative_to(root).as_posix()
    rows = [f"| `{path.stem}` | {summary(path)} |" for path in _modules(folder)]
    package = _sentence(folder / "__init__.py")
    return "\n".join(
        [f"## {name}", "", *([package, ""] if package else []), "| module | |", "|---|---|", *rows]
    )


def _modules(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.glob("*.py")) if path.name != "__init__.py")


def summary(path: Path) -> str:
    """Return the first paragraph of a module's docstring as one line, fit for a cell of a table.

    Raises:
        ValueError: If the module has no docstring.
    """
    if not (sentence := _sentence(path)):
        raise ValueError(f"{path} has no docstring. Say in its first line what the module is for.")
    return sentence


def _sentence(path: Path) -> str:
    paragraph = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").split("\n\n")[0]
    return re.sub(r"\s+", " ", paragraph).replace("|", r"\|")


def main(arguments: list[str] | None = None) -> int:
    """Rewrite the table; returns the exit status."""
    return run_command(command_parser(__doc__), lambda _: rewrite_block(PAGE, BEGIN, END, table()), arguments)


if __name__ == "__main__":
    sys.exit(main())
