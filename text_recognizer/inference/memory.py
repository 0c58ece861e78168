"""Memory that was freed goes back to the system, so that a worker is as large as what it works on."""

import ctypes
from collections.abc import Callable

_MMAP_THRESHOLD = -3  # M_MMAP_THRESHOLD of glibc's malloc.h
_LARGE_BYTES = 2**21  # a part of a page; smaller blocks are many, and asking the system for each takes time

# Other C libraries have no such functions.
_mallopt: Callable[[int, int], int] = getattr(ctypes.CDLL(None), "mallopt", lambda *_: 0)
_malloc_trim: Callable[[int], int] = getattr(ctypes.CDLL(None), "malloc_trim", lambda _: 0)


def return_large_blocks() -> None:
    """Let the C library give each large block back as soon as it is freed; for this process and its forks.

    By itself, glibc keeps blocks as large as the largest one that was freed before, up to 32 MB. They lie
    between others, and serve for the next image only if they fit: the costliest pages take 245 MB so, and
    171 MB without.
    """
    _mallopt(_MMAP_THRESHOLD, _LARGE_BYTES)


def return_fragments() -> None:
    """Give back what is free between other blocks, which the C library keeps; it takes milliseconds."""
    _malloc_trim(0)
