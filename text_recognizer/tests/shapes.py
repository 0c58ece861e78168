"""Which functions take or give arrays, and whether they state the shapes."""

import ast
import re
from collections.abc import Iterator

from text_recognizer.tests.repository import modules

ALIASES = "text_recognizer.arrays"

_ARRAY = re.compile(r"\b(?:NDArray|np\.ndarray)\b")
_AXIS = r"(?:\.\.\.|[\w*+/-]+(?: [*+/-] [\w]+)?)"
# As in (H, W), (N,), (..., C), (N, H, W_i, 1)
_SHAPE = re.compile(rf"\({_AXIS},(?: {_AXIS}(?:, {_AXIS})*)?\)")


def array_aliases(source: str) -> dict[str, bool]:
    """Return the names that a module gives to array types, and whether each fixes all axes."""
    found = {}
    for node in ast.parse(source).body:
        if not isinstance(node, ast.Assign | ast.AnnAssign) or not isinstance(node.value, ast.Subscript):
            continue
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        if isinstance(target, ast.Name) and _ARRAY.search(ast.unparse(node.value)):
            texts = [part.value for part in ast.walk(node.value) if isinstance(part, ast.Constant)]
            found[target.id] = bool(texts) and texts[0] != "*axes"
    return found


def functions_without_shapes(source: str, aliases: dict[str, bool]) -> Iterator[str]:
    """Yield the functions of `source` with an array among their types whose shape is stated nowhere.

    It is stated by an alias that fixes its axes, or by the docstring of the function, or by that of the class
    for its constructor.
    """
    for owner in ast.walk(ast.parse(source)):
        for node in ast.iter_child_nodes(owner):
            if not isinstance(node, ast.FunctionDef):
                continue
            text = ast.get_docstring(node) or ""
            if node.name == "__init__" and isinstance(owner, ast.ClassDef):
                text += ast.get_docstring(owner) or ""
            if _open_arrays(node, aliases) and not _SHAPE.search(text):
                yield node.name


def _open_arrays(node: ast.FunctionDef, aliases: dict[str, bool]) -> bool:
    """Tell whether a type of a function is an array whose shape the type does not fix."""
    arguments = (
        *node.args.posonlyargs,
        *node.args.args,
        *node.args.kwonlyargs,
        node.args.vararg,
        node.args.kwarg,
    )
    types = [argument.annotation for argument in arguments if argument is not None] + [node.returns]
    text = " ".join(ast.unparse(annotation) for annotation in types if annotation is not None)
    names = set(re.findall(r"\w+", text))
    return bool(_ARRAY.search(text)) or any(not fixed for name, fixed in aliases.items() if name in names)


def arrays_without_shapes() -> set[str]:
    """Return the functions of all modules that take or give an array and state no shape."""
    sources = {name: path.read_text(encoding="utf-8") for name, path in modules().items()}
    aliases = array_aliases(sources[ALIASES])
    return {
        f"{name}.{function}"
        for name, source in sources.items()
        for function in functions_without_shapes(source, array_aliases(source) | aliases)
    }


def modules_with_array_aliases() -> set[str]:
    """Return the modules that give a name to an array type."""
    return {name for name, path in modules().items() if array_aliases(path.read_text(encoding="utf-8"))}
