"""What the subcommands print: each result on stdout, whole or not at all; failures as lines on stderr."""

import codecs
import contextlib
import io
import os
import re
import sys

from text_recognizer.errors import TextRecognizerError

# Exit statuses; 2, for a wrong command line, is argparse's.
OK = 0
SOME_FAILED = 1
INTERRUPTED = 130  # 128 + SIGINT, as shells report it

EPILOG = """\
exit status: 0 = every image was recognized, 1 = some were not (stderr has a line for each
of them, and for what may be missing or wrong in the others),
2 = the command line is wrong, 130 = interrupted by Ctrl-C.
"""

_AS_BYTES_OR_ESCAPED = "text_recognizer.bytes_or_escapes"
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")  # and what else ends a line


class UnprintableError(TextRecognizerError):
    """The encoding of stdout lacks a character of a result."""


class StdoutError(Exception):
    """Nothing more can be printed on stdout; its cause is the system's error, if there is one."""

    def __init__(self, reason: str) -> None:
        """Say why."""
        super().__init__(f"stdout cannot be written to: {reason}")


def prepare_streams() -> None:
    """Let stdout and stderr print file names of any bytes, and stderr any character, if need be escaped."""
    codecs.register_error(_AS_BYTES_OR_ESCAPED, _as_bytes_or_escaped)
    for stream, errors in ((sys.stdout, "surrogateescape"), (sys.stderr, _AS_BYTES_OR_ESCAPED)):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=errors)


def emit(text: str) -> None:
    """Print a result on stdout, at once.

    Args:
        text: Without its last line break.

    Raises:
        UnprintableError: If the encoding of stdout lacks a character; nothing is printed then.
        StdoutError: If stdout cannot be written to: it is closed, the disk is full, or nobody reads it.
    """
    if sys.stdout is None:
        raise StdoutError("it is closed")
    try:
        text.encode(sys.stdout.encoding, sys.stdout.errors or "strict")
    except UnicodeEncodeError as error:
        raise UnprintableError(
            f"The encoding of stdout, {sys.stdout.encoding}, has no {text[error.start]!a}. "
            "Set PYTHONIOENCODING=utf-8, or use --output."
        ) from None
    try:
        print(text, flush=True)
    except OSError as error:
        raise StdoutError(error.strerror or str(error)) from error


def settle_stdout() -> None:
    """Forget what is left in the buffer of stdout if it cannot be written: the end would fail once more."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def on_one_line(name: str) -> str:
    """Return a file name for stdout: what would end its line, or control a terminal, is escaped."""
    return _CONTROLS.sub(lambda found: ascii(found[0])[1:-1], name)


def complain(message: str) -> None:
    """Print a message on stderr as one line; if nobody can read it, go on."""
    words = " ".join(message.split())
    line = "".join(each if each.isprintable() or _is_byte(each) else ascii(each)[1:-1] for each in words)
    with contextlib.suppress(OSError):
        print(f"text-recognizer: {line}", file=sys.stderr, flush=True)


def _is_byte(character: str) -> bool:
    """Tell whether a character of a file name stands for a byte that is no text (PEP 383)."""
    return "\udc80" <= character <= "\udcff"


def _as_bytes_or_escaped(error: UnicodeError) -> tuple[str | bytes, int]:
    """Encode bytes of file names as they are, and other characters that an encoding lacks as escapes."""
    try:
        return codecs.lookup_error("surrogateescape")(error)
    except UnicodeEncodeError as failure:
        return codecs.lookup_error("backslashreplace")(failure)
