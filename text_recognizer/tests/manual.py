"""The documents as data, for the tests that hold them: files, headings, commands, options, examples."""

import re
from collections.abc import Iterator
from pathlib import Path

from text_recognizer.tests.repository import PACKAGES, ROOT, import_graph, modules, reachable

_PATTERNS = (
    "*.md",
    "api/README.md",
    "api/cpp/**/*.md",
    "data/raw/*/readme.md",
    "docs/**/*.md",
    "notebooks/README.md",
    "text_recognizer/tests/support/README.md",
    "text_recognizer/weights/*/README.md",
)
DOCUMENTS = sorted(path.relative_to(ROOT).as_posix() for pattern in _PATTERNS for path in ROOT.glob(pattern))
HISTORY = "CHANGELOG.md"  # names what is gone, too
PRESENT = [name for name in DOCUMENTS if name != HISTORY]
# The first column of their tables names what another project has.
OTHER_PROJECTS = ("docs/coming-from-2019.md", "docs/coming-from-crnn.md")

_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"(?:python (?:-m )?|tasks/|text-recognizer )[^`\n#|;&)]+")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z0-9-]+")

SOURCES = {name: path.read_text(encoding="utf-8") for name, path in modules().items()}


def text_of(document: str) -> str:
    """Return what a document says of this project."""
    text = (ROOT / document).read_text(encoding="utf-8")
    return re.sub(r"^\|[^|]*\|", "|", text, flags=re.MULTILINE) if document in OTHER_PROJECTS else text


def blocks(document: str, language: str) -> list[str]:
    """Return the fenced blocks of a document that are marked with `language`."""
    return [block for name, block in _FENCE.findall(text_of(document)) if name == language]


def headings(path: Path) -> set[str]:
    """Return the anchors of a document's headings, as forges make them."""
    titles = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def commands(text: str) -> Iterator[str]:
    """Yield the commands of this project that a text or a script names."""
    for command in _COMMAND.findall(re.sub(r"\\\n", " ", text)):
        if not re.match(r"python -c|tasks/\w*\W?$|tasks/(?!\w+\.sh)", command):
            yield command.split(" -- ")[0].strip(" .,:")


def module_of(command: str) -> str | None:
    """Return the module that a command runs, whether it exists or not; None if it is none of this project."""
    if command.startswith("text-recognizer "):
        return "text_recognizer.cli"
    match = re.match(r"python -m ([\w.]+)|python ([\w/]+)\.py", command)
    name = (match[1] or match[2].replace("/", ".")) if match else ""
    if name.partition(".")[0] not in PACKAGES:
        return None
    return f"{name}.__main__" if f"{name}.__main__" in SOURCES else name


def known_options(command: str) -> set[str] | None:
    """Return the options in the sources behind a command, a task or a module; None if they are not ours."""
    if command.startswith("tasks/"):
        script = (ROOT / command.split()[0]).read_text(encoding="utf-8")
        code = re.sub(r'^#.*$|"|\$root/', "", script, flags=re.MULTILINE)
        inner = [known_options(each) for each in commands(code)]
        return set(OPTION.findall(script)).union(*(options or () for options in inner))
    if (module := module_of(command)) is None:
        return None
    sources = (SOURCES.get(name, "") for name in reachable(import_graph(), {module}))
    return {option for source in sources for option in re.findall(r"\"(--[a-z][a-z0-9-]+)\"", source)}
