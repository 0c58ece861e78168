"""The data URIs in a JSON body, found without building anything else of it.

The parser of the standard library builds every value: 12 MB of empty objects take 300 MB. Here a body is
scanned, and only the strings that are expected are decoded. The grammar is that of RFC 8259, in UTF-8.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from text_recognizer.errors import InvalidInputError

Body = bytes | bytearray
Span = tuple[int, int]  # where a string with its quotes stands in the body

MAX_OTHER_BYTES = 2**14  # of what is not expected, beside white space; it takes milliseconds to skip
_MAX_DEPTH = 64  # of what is skipped, which is done recursively
_SHOWN_KEYS = 8  # in a message: enough to recognize the body

# Possessive quantifiers: a string of megabytes is matched without a stack of positions to go back to.
_SPACE = re.compile(rb"[ \t\n\r]*+")
_STRING = re.compile(rb'"[^"\\\x00-\x1f]*+(?:\\["\\/bfnrtu][^"\\\x00-\x1f]*+)*+"')
_SCALAR = re.compile(rb"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][+-]?[0-9]++)?+|true|false|null")
_KINDS = {b"{": "an object", b"[": "a list", b'"': "a string", b"t": "a boolean", b"f": "a boolean"}


@dataclass
class _Found:
    """What a key leads to.

    Attributes:
        kind: Kind of its value, in words.
        strings: The string, or those of the list.
        others: Kinds of what else the list has.
    """

    kind: str
    strings: list[Span]
    others: set[str]


def image_in(body: Body) -> str:
    """Return the value of the key `image`.

    Raises:
        InvalidInputError: If the body is no JSON object with a string under that key.
    """
    scanner = _Scanner(body)
    found = scanner.value_of("image", 1)
    if found is None or found.kind != "a string":
        raise InvalidInputError(
            'Expected the JSON object {"image": "data:image/png;base64,..."}; received '
            f"{scanner.describe('image', found)}. Put the data URI of the image under the key image."
        )
    return scanner.text(found.strings[0])


def images_in(body: Body, most: int) -> list[str]:
    """Return the strings in the list under the key `images`, 1 to `most`.

    Raises:
        InvalidInputError: If the body is no JSON object with a list of strings under that key.
    """
    scanner = _Scanner(body)
    found = scanner.value_of("images", most)
    if found is None or found.kind != "a list" or found.others or not found.strings:
        raise InvalidInputError(
            'Expected the JSON object {"images": ["data:image/png;base64,...", ...]}; received '
            f"{scanner.describe('images', found)}. Put a list of data URIs under the key images."
        )
    return [scanner.text(each) for each in found.strings]


class _Scanner:
    """Reads a body from its beginning to its end."""

    def __init__(self, body: Body) -> None:
        self._body = body
        self._position = 0
        self._other_bytes = 0
        self._kind = ""  # of the whole body
        self._keys: list[str] = []

    def value_of(self, key: str, most: int) -> _Found | None:
        """Return what stands under `key`; the last one if there are several; None without any.

        Args:
            key: Key of the object that the body is expected to be.
            most: How many elements the value may have, if it is a list.
        """
        found: list[_Found] = []

        def member() -> None:
            begin, end = self._string()
            self._count(end - begin)
            name = self.text((begin, end))
            self._expect(b":")
            self._keys.append(name)
            if name == key:
                found[:] = [self._value(most)]
            else:
                self._skip(1)

        self._kind = self._next_kind()
        if self._kind == "an object":
            self._elements(b"{", b"}", member)
        else:
            self._skip(0)
        if self._peek():
            raise _no_json()
        return found[0] if found else None

    def describe(self, key: str, found: _Found | None) -> str:
        """Return what the body is, for the message that it is not what was expected."""
        if self._kind != "an object":
            return self._kind
        if found is None:
            return f"the keys {sorted(self._keys)[:_SHOWN_KEYS]}"
        if found.kind == "a list":
            kinds = found.others | ({"a string"} if found.strings else set())
            return f"{key} with {', '.join(sorted(kinds))}" if kinds else f"{key} as an empty list"
        return f"{key} as {found.kind}"

    def text(self, span: Span) -> str:
        """Decode a string."""
        try:
            return str(json.loads(self._body[slice(*span)]))
        except ValueError as error:  # bytes that are not UTF-8, or an escape that is none
            raise _no_json() from error

    def _value(self, most: int) -> _Found:
        kind = self._next_kind()
        if kind == "a string":
            return _Found(kind, [self._string()], set())
        if kind != "a list":
            self._skip(1)
            return _Found(kind, [], set())
        found = _Found(kind, [], set())

        def element() -> None:
            if len(found.strings) == most:
                raise InvalidInputError(
                    f"Expected at most {most} images; received {most + 1} or more. "
                    "Split them into several requests."
                )
            if (each := self._next_kind()) == "a string":
                found.strings.append(self._string())
            else:
                found.others.add(each)
                self._skip(2)

        self._elements(b"[", b"]", element)
        return found

    def _elements(self, first: bytes, last: bytes, element: Callable[[], None]) -> None:
        """Read an object or a list; `element` reads each of its elements."""
        self._expect(first)
        if self._peek() != last:
            element()
            while self._peek() == b",":
                self._expect(b",")
                element()
        self._expect(last)

    def _skip(self, depth: int) -> None:
        """Read a value and forget it."""
        kind, begin = self._next_kind(), self._position
        if depth > _MAX_DEPTH:
            raise _no_json()
        if kind == "an object":
            self._elements(b"{", b"}", lambda: self._skip_member(depth + 1))
        elif kind == "a list":
            self._elements(b"[", b"]", lambda: self._skip(depth + 1))
        else:
            self._position = self._end_of(_STRING if kind == "a string" else _SCALAR)
            self._count(self._position - begin)
        self._count(1)

    def _skip_member(self, depth: int) -> None:
        begin, end = self._string()
        self._count(end - begin)
        self._expect(b":")
        self._skip(depth)

    def _count(self, more: int) -> None:
        self._other_bytes += more
        if self._other_bytes > MAX_OTHER_BYTES:
            raise InvalidInputError(
                f"Expected at most {MAX_OTHER_BYTES:,} bytes of JSON beside the images; received more. "
                "Send nothing but the images."
            )

    def _next_kind(self) -> str:
        character = self._peek()
        if character == b"n":
            return "null"
        return _KINDS.get(character, "a number")

    def _string(self) -> Span:
        self._peek()
        begin, self._position = self._position, self._end_of(_STRING)
        return begin, self._position

    def _end_of(self, pattern: re.Pattern[bytes]) -> int:
        match = pattern.match(self._body, self._position)
        if match is None:
            raise _no_json()
        return match.end()

    def _expect(self, character: bytes) -> None:
        if self._peek() != character:
            raise _no_json()
        self._position += 1

    def _peek(self) -> bytes:
        """Go to the next character that is no white space and return it, b"" at the end."""
        match = _SPACE.match(self._body, self._position)
        self._position = match.end() if match else self._position
        return bytes(self._body[self._position : self._position + 1])


def _no_json() -> InvalidInputError:
    return InvalidInputError(
        "The body is not JSON, although its Content-Type says so, or is nested too deeply. "
        "Check quotes and commas."
    )
