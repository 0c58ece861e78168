"""What a JPEG file loses, without the file: cosine transform of blocks, quantized by the standard's table.

ITU-T T.81 (JPEG), annex K.1 for the table and annex A.3.3 for the transform; scaled by
quality as libjpeg does. It takes a third of a file's time, and blocks need not start at the corner: most
crops come from a photo.
"""

import functools

import numpy as np

from text_recognizer.arrays import Floats, GrayImage

_BLOCK_PX = 8
_LUMINANCE = np.array(
    [
        [16, 11, 10, 16, 24, 40, 51, 61],
        [12, 12, 14, 19, 26, 58, 60, 55],
        [14, 13, 16, 24, 40, 57, 69, 56],
        [14, 17, 22, 29, 51, 87, 80, 62],
        [18, 22, 37, 56, 68, 109, 103, 77],
        [24, 35, 55, 64, 81, 104, 113, 92],
        [49, 64, 78, 87, 103, 121, 120, 101],
        [72, 92, 95, 98, 112, 100, 103, 99],
    ],
    np.float32,
)


def code_blocks(image: GrayImage, quality: int, offset: tuple[int, int] = (0, 0)) -> GrayImage:
    """Return an image (H, W) as a JPEG file keeps it.

    Args:
        image: (H, W) uint8.
        quality: 1 to 100, as libjpeg counts.
        offset: Rows and columns, 0 to 7, of the first block that lie outside of the image.
    """
    height, width = image.shape
    top, left = offset
    padding = ((top, -(top + height) % _BLOCK_PX), (left, -(left + width) % _BLOCK_PX))
    padded = np.pad(image, padding, mode="edge").astype(np.float32) - np.float32(128)
    rows, columns = padded.shape[0] // _BLOCK_PX, padded.shape[1] // _BLOCK_PX
    blocks = padded.reshape(rows, _BLOCK_PX, columns, _BLOCK_PX).swapaxes(1, 2)  # (rows, columns, 8, 8)
    cosines, steps = _cosines(), _steps(quality)
    coefficients = cosines @ blocks @ cosines.T
    coded = cosines.T @ (np.round(coefficients / steps) * steps) @ cosines
    whole = coded.swapaxes(1, 2).reshape(padded.shape)[top : top + height, left : left + width]
    return np.clip(np.round(whole + np.float32(128)), 0, 255).astype(np.uint8)


@functools.cache
def _cosines() -> Floats:
    """Return the matrix (8, 8) of the orthonormal cosine transform: one frequency a row."""
    frequency, place = np.mgrid[:_BLOCK_PX, :_BLOCK_PX]
    matrix = np.sqrt(2 / _BLOCK_PX) * np.cos((2 * place + 1) * frequency * np.pi / (2 * _BLOCK_PX))
    matrix[0] /= np.sqrt(2)
    return np.asarray(matrix, np.float32)


@functools.cache
def _steps(quality: int) -> Floats:
    """Return the step (8, 8) to which each coefficient is rounded."""
    percent = 5000 / quality if quality < 50 else 200 - 2 * quality
    return np.clip(np.floor((_LUMINANCE * np.float32(percent) + 50) / 100), 1, 255).astype(np.float32)
