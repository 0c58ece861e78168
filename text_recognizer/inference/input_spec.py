"""What a model takes, as its manifest says: checked, because a wrong size would take gigabytes."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeGuard, get_args

from text_recognizer.errors import ArtifactError

Kind = Literal["character", "line", "paragraph", "word"]

ADVICE = "Install the package again, or train and export the model again."

_MAX_SIZES_PX = (1024, 32_768)  # height and width of an input; larger ones would take gigabytes
_MAX_DOWNSAMPLING = 256  # more than any network of this project could reduce a line by


@dataclass(frozen=True)
class InputSpec:
    """Input of a model: float32 (N, height, width, 1), ink = 1, paper = 0.

    ```python
    from text_recognizer.inference.input_spec import InputSpec

    print(InputSpec("line", height=64, width=None, downsampling=8, normalize=True))
    ```

    Attributes:
        kind: Which function of `preprocessing` makes the input.
        height: Rows; None for any.
        width: Columns; None for any.
        downsampling: Lines and words by CTC: T = ceil(width / downsampling). Paragraphs: the sides are
            multiples of it.
        normalize: Lines: whether slope, slant and width are normalized; false if the manifest does not say.
    """

    kind: Kind
    height: int | None
    width: int | None
    downsampling: int
    normalize: bool = False


def input_spec(path: Path, fields: Mapping[str, Any]) -> InputSpec:
    """Return what the field `input` of the manifest at `path` says.

    Raises:
        ArtifactError: If a value is missing, of another type or out of range.
    """
    kind: Any = fields.get("kind")
    if kind not in get_args(Kind):
        raise ArtifactError(
            f"Expected an input kind of {', '.join(get_args(Kind))} in {path}; received {kind!r}. {ADVICE}"
        )
    sizes = [fields.get(name, "nothing") for name in ("height", "width")]
    if not all(
        size is None or _is_whole(size, most) for size, most in zip(sizes, _MAX_SIZES_PX, strict=True)
    ):
        raise ArtifactError(
            f"Expected height and width of the input, a number of pixels from 1 to {_MAX_SIZES_PX[0]} and to "
            f"{_MAX_SIZES_PX[1]} or null, in {path}; received {sizes[0]!r} and {sizes[1]!r}. {ADVICE}"
        )
    if kind == "line" and sizes[0] and sizes[1] and sizes[1] < sizes[0]:
        raise ArtifactError(
            f"Expected an input for lines that is at least as wide as high in {path}; received "
            f"{sizes[1]} x {sizes[0]}. {ADVICE}"
        )
    downsampling, normalize = fields.get("downsampling"), fields.get("normalize", False)
    if not _is_whole(downsampling, _MAX_DOWNSAMPLING) or not isinstance(normalize, bool):
        raise ArtifactError(
            f"Expected downsampling as a whole number from 1 to {_MAX_DOWNSAMPLING}, and normalize as true "
            f"or false, in {path}; received {downsampling!r} and {normalize!r}. {ADVICE}"
        )
    return InputSpec(kind, sizes[0], sizes[1], downsampling, normalize)


def _is_whole(value: Any, most: int) -> TypeGuard[int]:
    """Tell whether a value of a manifest is a whole number from 1 to `most`; true and false are none."""
    return type(value) is int and 1 <= value <= most
