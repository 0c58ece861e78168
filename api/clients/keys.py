"""The keys of the clients, each with a name; a file of them is read again when it changes."""

import hmac
import logging
import re
import time
from pathlib import Path

from api.logs import LOGGER
from text_recognizer.errors import ConfigError

_CHECK_S = 1.0  # between two looks at the file
_ENTRY = re.compile(r"([A-Za-z0-9._-]{1,64})\s+([!-~]{16,})")  # name and key
_ONLY_NAME = "default"  # of the key in the environment


class Keys:
    """The keys that are valid at present; threads share it.

    ```python
    from api.clients.keys import Keys

    keys = Keys("correct-horse-battery")
    print(keys.required, keys.name_of("correct-horse-battery"), keys.name_of("wrong"))
    ```
    """

    def __init__(self, key: str | None = None, path: Path | None = None) -> None:
        """Read the keys.

        Args:
            key: A single key, named `default`.
            path: A file with a line for each key: its name, white space, and the key of 16 or more printable
                ASCII characters. Several keys may have the same name, so that a client can change from one to
                the other. Lines that are empty or begin with # are ignored.

        Raises:
            ConfigError: If the file cannot be read or has another line.
        """
        self._only = [] if key is None else [(_ONLY_NAME, key.encode())]
        self._path = path
        self._version: object = None
        self._checked = time.monotonic()
        self._entries = self._only
        if path is not None:
            self._version = _version(path)
            self._entries = self._only + _read(path)

    @property
    def required(self) -> bool:
        """Whether clients need a key."""
        return bool(self._only) or self._path is not None

    def name_of(self, given: str) -> str | None:
        """Return the name of a key; None if it is not valid."""
        self._refresh()
        found = None
        for name, key in self._entries:  # all of them, so that the time tells nothing about the right one
            if hmac.compare_digest(given.encode(), key):
                found = name
        return found

    def _refresh(self) -> None:
        if self._path is None or time.monotonic() < self._checked + _CHECK_S:
            return
        self._checked = time.monotonic()
        if (version := _version(self._path)) == self._version:
            return
        self._version = version
        try:
            self._entries = self._only + _read(self._path)
        except ConfigError as error:
            logging.getLogger(LOGGER).error("The keys stay as they were. %s", error)


def _version(path: Path) -> object:
    """Return what differs when the file was written again or replaced."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _read(path: Path) -> list[tuple[str, bytes]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"The file of keys {path} cannot be read: {error}.") from error
    entries = []
    for number, line in enumerate(map(str.strip, lines), 1):
        if not line or line.startswith("#"):
            continue
        if (match := _ENTRY.fullmatch(line)) is None:
            raise ConfigError(
                f"Line {number} of the file of keys {path} is no name and key. Write a name of letters, "
                "digits, dots and dashes, a space, and a key of 16 or more printable ASCII characters."
            )
        entries.append((match[1], match[2].encode()))
    if not entries:
        raise ConfigError(f"The file of keys {path} has no key. Add one, or unset the variable.")
    return entries
