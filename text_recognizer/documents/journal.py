"""Pages that were read are kept beside the results, until their document is whole: a killed run goes on."""

import contextlib
import errno
import hashlib
import json
import shutil
from pathlib import Path

from text_recognizer.documents.sources import Source
from text_recognizer.errors import InvalidInputError
from text_recognizer.files import write_atomically
from text_recognizer.predictions.types import PagePrediction

FOLDER = ".text-recognizer"  # hidden, so that no run takes it for sources


class Journal:
    """The pages that were read, each in a file that is whole or does not exist.

    ```python
    from pathlib import Path, PurePath

    from text_recognizer import PagePrediction
    from text_recognizer.documents.journal import Journal
    from text_recognizer.documents.sources import Source

    journal = Journal(Path(folder) / "results", "model 1")
    source = Source(Path(folder) / "page.png", "page.png", PurePath("page"))
    journal.note(source, PagePrediction((), number=1))
    print(journal.known(source, 1), journal.has(source))
    journal.forget(source)
    ```
    """

    def __init__(self, results: Path, settings: str) -> None:
        """Keep pages beside results.

        Args:
            results: Folder of the results.
            settings: What else a page depends on: pages read with others are not known.
        """
        self._folder = results / FOLDER
        self._settings = settings
        self._given_up = False

    def known(self, source: Source, number: int) -> PagePrediction | None:
        """Return a page of a file that was read before, unless the file or the settings have changed."""
        try:
            record = json.loads(self._path(source, number).read_text(encoding="utf-8"))
            if record["of"] == self._fingerprint(source):
                return PagePrediction.from_dict(record["page"])
        except (OSError, ValueError, LookupError, TypeError, InvalidInputError):
            pass  # it was not read, or by another version
        return None

    def note(self, source: Source, page: PagePrediction) -> None:
        """Keep a page of a file.

        Raises:
            OSError: If it cannot be written; only once: no further page is kept then.
        """
        if self._given_up:
            return
        try:
            record = {"of": self._fingerprint(source), "page": page.to_dict()}
            write_atomically(self._path(source, page.number), json.dumps(record))
        except OSError:
            self._given_up = True
            raise

    def has(self, source: Source) -> bool:
        """Tell whether pages of a file are kept."""
        try:
            return self._pages(source).is_dir()
        except OSError:
            return False

    def forget(self, source: Source) -> None:
        """Remove the pages of a file, and the folder if it was the last one."""
        with contextlib.suppress(OSError):
            shutil.rmtree(self._pages(source), ignore_errors=True)
            self._folder.rmdir()

    def _pages(self, source: Source) -> Path:
        """Return the folder of a file's pages.

        Raises:
            OSError: If a link lies in its place: somebody else made it, and what it leads to is theirs.
        """
        pages = self._folder / _digest(source.place.as_posix())
        for folder in (self._folder, pages):
            if folder.is_symlink():
                raise OSError(errno.ELOOP, "a link is in the way", str(folder))
        return pages

    def _path(self, source: Source, number: int) -> Path:
        return self._pages(source) / f"{number}.json"

    def _fingerprint(self, source: Source) -> str:
        """Return what changes with the file or the settings."""
        if isinstance(source.content, bytes):
            return _digest(self._settings, hashlib.sha256(source.content).hexdigest())
        state = source.content.stat()
        return _digest(
            self._settings, str(source.content.absolute()), str(state.st_size), str(state.st_mtime_ns)
        )


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:32]
