"""Tesseract behind a pipe, a process for each page; see `rapidocr_worker`.

A small process of its own, because the memory of a program that a large one starts cannot be told. Its
arguments: the version to report, the page segmentation mode.
"""

import os
import subprocess
import sys

from evaluation.rivals.rapidocr_worker import serve


def read_page(path: str, mode: str) -> str:
    """Return the text of a page, with the data for `eng` and on one thread.

    Raises:
        CalledProcessError: If Tesseract fails.
    """
    done = subprocess.run(
        ["tesseract", path, "stdout", "-l", "eng", "--psm", mode],
        env={**os.environ, "OMP_THREAD_LIMIT": "1"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.partition("\f")[0].strip()


def main() -> None:
    """Answer until the pipe ends."""
    version, mode = sys.argv[1:]
    serve(lambda paths: [read_page(path, mode) for path in paths], version, sys.stdout)


if __name__ == "__main__":
    main()
