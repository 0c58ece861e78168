"""Version of the preprocessing: changes whenever the code that makes the inputs of networks does.

It belongs in the key of every cache of inputs, or of what a network emitted for them.
"""

import ast
import functools
import hashlib
from collections.abc import Iterable
from importlib import resources

# Modules whose code decides what an input looks like; most modules of `preprocessing` belong to them too.
_IMAGE_MODULES = ("components.py", "conversion.py", "ink.py", "loading.py", "reading.py", "resizing.py")
# Data sets of words name it beside their own code, so that the caches of all others outlive its changes.
_WORDS_MODULE = "words.py"


@functools.cache
def preprocessing_version() -> str:
    """Return 16 hexadecimal digits that stand for the code between an image file and a network's input.

    Comments, docstrings, layout and error messages do not count, so that rewording them keeps the caches.
    The digits are the same in every supported version of Python.
    """
    images = resources.files("text_recognizer.images")
    own = resources.files("text_recognizer.preprocessing")
    files = [images.joinpath(name) for name in _IMAGE_MODULES]
    modules = (file for file in own.iterdir() if file.name.endswith(".py") and file.name != _WORDS_MODULE)
    files += sorted(modules, key=lambda file: file.name)
    return code_digest(file.read_text(encoding="utf-8") for file in files)


def code_digest(sources: Iterable[str]) -> str:
    """Return 16 hexadecimal digits of what modules do, whatever their comments, docstrings and layout.

    Args:
        sources: Text of each module, in a fixed order.
    """
    digest = hashlib.sha256()
    for source in sources:
        digest.update(_canonical(ast.parse(source)).encode() + b"\n")
    return digest.hexdigest()[:16]


def _canonical(value: object) -> str:
    """Return a syntax tree as text; `ast.dump` and `ast.unparse` differ between versions of Python."""
    if isinstance(value, list):
        return "[" + ",".join(_canonical(item) for item in value if not _is_docstring(item)) + "]"
    if not isinstance(value, ast.AST):
        return repr(value)
    if isinstance(value, ast.Raise):  # an error makes no input, whatever its message says
        return "Raise"
    # Empty fields are left out: each version of Python adds some, such as `type_params`.
    fields = [(name, field) for name, field in ast.iter_fields(value) if field is not None and field != []]
    return f"{type(value).__name__}({','.join(f'{name}={_canonical(field)}' for name, field in fields)})"


def _is_docstring(item: object) -> bool:
    """Tell whether a statement is a lone string, which does nothing."""
    return (
        isinstance(item, ast.Expr)
        and isinstance(item.value, ast.Constant)
        and isinstance(item.value.value, str)
    )
