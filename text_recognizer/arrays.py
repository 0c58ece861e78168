"""The arrays that functions pass on: type of the numbers, shape, unit and range of each, stated once.

Shapes are written as in jaxtyping: one name for each axis, `*` for any axes. H, W: rows and columns of an
image; N: items; T: frames; C: labels, the blank included; L: characters.
"""

from typing import Annotated, TypeAlias

import numpy as np
import numpy.typing as npt

# Images
GrayImage: TypeAlias = Annotated[npt.NDArray[np.uint8], "H W", "0 = black, 255 = white"]
InkImage: TypeAlias = Annotated[npt.NDArray[np.uint8], "H W", "0 = paper, 255 = full ink"]
InkMap: TypeAlias = Annotated[npt.NDArray[np.float32], "H W", "0 = paper, 1 = full ink"]
Mask: TypeAlias = Annotated[npt.NDArray[np.bool_], "H W", "which pixels"]
Pixels: TypeAlias = Annotated[npt.NDArray[np.generic], "H W *channels", "of any type and range"]

# Maps of a page
KernelMap: TypeAlias = Annotated[npt.NDArray[np.uint8], "H W", "BACKGROUND, KERNEL or BORDER"]
LabelMap: TypeAlias = Annotated[npt.NDArray[np.uint8], "H W", "0 = background, 1 = odd, 2 = even lines"]
IndexMap: TypeAlias = Annotated[npt.NDArray[np.int32], "H W", "index of a line or component, -1 = none"]

# Inputs and outputs of networks
Batch: TypeAlias = Annotated[npt.NDArray[np.float32], "N H W 1", "0 = paper, 1 = full ink"]
Logits: TypeAlias = Annotated[npt.NDArray[np.floating], "T C", "not normalized; label 0 is the blank"]
BatchLogits: TypeAlias = Annotated[npt.NDArray[np.floating], "N *axes C", "not normalized"]
Probabilities: TypeAlias = Annotated[npt.NDArray[np.float64], "T C", "0-1, each row sums to 1"]
LogProbabilities: TypeAlias = Annotated[npt.NDArray[np.float64], "T C", "natural logarithms"]
Labels: TypeAlias = Annotated[npt.NDArray[np.int32], "L", "1 to C - 1, without blanks"]
FrameSpans: TypeAlias = Annotated[npt.NDArray[np.int64], "L 2", "first frame, frame behind the last"]

# Numbers along one axis or several; a docstring names the axes where there is more than one
Indices: TypeAlias = Annotated[npt.NDArray[np.int64], "*axes", "whole numbers"]
Reals: TypeAlias = Annotated[npt.NDArray[np.float64], "*axes", "real numbers"]
Floats: TypeAlias = Annotated[npt.NDArray[np.float32], "*axes", "real numbers"]
Flags: TypeAlias = Annotated[npt.NDArray[np.bool_], "*axes", "true or false"]
Tensor: TypeAlias = Annotated[npt.NDArray[np.generic], "*axes", "of any type and range"]
Bytes: TypeAlias = Annotated[npt.NDArray[np.uint8], "*axes", "whole numbers, 0-255"]

# Language model
NgramKeys: TypeAlias = Annotated[npt.NDArray[np.uint64], "n", "packed symbols, 8 bits each"]
NgramCodes: TypeAlias = Annotated[npt.NDArray[np.uint8], "n", "labels, counts or quantized logarithms"]

# Recorded writing
PenPoints: TypeAlias = Annotated[npt.NDArray[np.int16], "N 3", "x, y downwards, 1 at the end of a stroke"]

# Targets of a batch
LabelBatch: TypeAlias = Annotated[npt.NDArray[np.int32], "N *axes", "classes, or labels padded with 0"]
PageStack: TypeAlias = Annotated[npt.NDArray[np.uint8], "N H W", "pages or their maps, padded to one size"]
