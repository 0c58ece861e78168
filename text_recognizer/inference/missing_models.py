"""Why a model is not here, and how to get it."""

from collections.abc import Sequence
from pathlib import Path

_CHECKOUT_FILE = (
    Path(__file__).parents[2] / "pyproject.toml"
)  # lies there in a clone, not in an installed package


def unknown_model(name: str, names: Sequence[str], folder: Path) -> str:
    """Return the message for a model that `folder` does not hold.

    Args:
        name: Of the model.
        names: Of the models that the folder holds.
        folder: Where models were looked for.
    """
    return f"There is no model {name!r} in {folder}, which holds {', '.join(names) or 'none'}. {_advice()}"


def not_restored(name: str) -> str:
    """Return the message for a model that is kept as weights.h5 alone."""
    return (
        f"{name} is kept without its model.onnx, which is made from its weights.h5. Make it in a clone that "
        f"has the packages for training: python -m training.export.restore {name}"
    )


def _advice() -> str:
    if _CHECKOUT_FILE.is_file():
        return "Choose one of them, name another folder with --weights-dir, or train and export the model."
    return (
        "The installed package holds only the default models; the others come with a clone of the "
        "repository: git clone it, and name its folder text_recognizer/weights with --weights-dir."
    )
