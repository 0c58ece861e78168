import json
import tracemalloc
from collections.abc import Callable

import pytest

from api.bodies.json_images import MAX_OTHER_BYTES, image_in, images_in
from text_recognizer.errors import InvalidInputError

pytestmark = pytest.mark.slow

MEGABYTES_12 = 12 * 2**20


@pytest.mark.parametrize(
    "body",
    [
        b'{"image":"data:,x"}',
        b' \n{ "image" : "data:,x" } \r\n',
        b'{"\\u0069mage": "data:\\u002c\\u0078"}',
        b'{"other": [1, -2.5e+3, {"deep": [null, true, false, "\\"}]"]}], "image": "data:,x", "more": {}}',
        b'{"image": 5, "image": "data:,x"}',
        bytearray(b'{"image":"data:,x"}'),
    ],
)
def test_the_image_is_found_whatever_else_is_there(body: bytes) -> None:
    assert image_in(body) == "data:,x"


def test_escapes_are_decoded_as_the_standard_library_does() -> None:
    text = 'data:/\\"\n\x7f\u00e9\u4e2d\U0001f600'
    for ascii_only in (True, False):
        body = json.dumps({"image": text}, ensure_ascii=ascii_only).encode()
        assert image_in(body) == text
    assert image_in(b'{"image": "a\\/b"}') == "a/b"


def test_all_images_of_a_batch_are_found_in_their_order() -> None:
    assert images_in(b'{"x": 1, "images": ["a", "b" , "c"]}', most=3) == ["a", "b", "c"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"image": "x"',
        b'{"image": "x"}}',
        b'{"image" "x"}',
        b'{"image": "x",}',
        b"{'image': 'x'}",
        b'{"image": "x" "y"}',
        b'{"image": "x", "a": 01}',
        b'{"image": "x", "a": 1.}',
        b'{"image": "x", "a": NaN}',
        b'{"image": "x", "a": [1,]}',
        b'{"image": "x", "a": nul}',
        b'{"image": "line\nbreak"}',
        b'{"image": "\\x41"}',
        b'{"image": "\\u12"}',
        b'{"image": "\xff"}',
        b'\xef\xbb\xbf{"image": "x"}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"image": "x", "a": ' + b"[" * 80 + b"]" * 80 + b"}",
    ],
)
def test_what_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidInputError, match="not JSON"):
        image_in(body)


@pytest.mark.parametrize(
    ("body", "received"),
    [
        (b"[]", "a list"),
        (b"null", "null"),
        (b"-1.5", "a number"),
        (b'"x"', "a string"),
        (b"true", "a boolean"),
        (b"{}", r"the keys \[\]"),
        (b'{"b": 1, "a": 2}', r"the keys \['a', 'b'\]"),
        (b'{"image": {"image": "x"}}', "image as an object"),
        (b'{"image": ["x"]}', "image with a string"),
        (b'{"image": []}', "image as an empty list"),
    ],
)
def test_another_shape_is_named(body: bytes, received: str) -> None:
    with pytest.raises(InvalidInputError, match=f"received {received}"):
        image_in(body)


def test_other_elements_of_a_batch_are_named() -> None:
    with pytest.raises(InvalidInputError, match="images with a list, a number, a string"):
        images_in(b'{"images": ["x", 1, []]}', most=9)


def test_a_batch_has_a_limit() -> None:
    with pytest.raises(InvalidInputError, match="at most 3 images; received 4"):
        images_in(b'{"images": ["", "", "", "", ""]}', most=3)


MANY = MEGABYTES_12 // 3
# Bodies of 12 MB that the parser of the standard library makes hundreds of megabytes of.
BODIES: dict[str, Callable[[], bytes]] = {
    "objects as the image": lambda: b'{"image": [' + b"{}," * MANY + b"0]}",
    "objects elsewhere": lambda: b'{"other": [' + b"{}," * MANY + b'0], "image": "x"}',
    "a list": lambda: b"[" + b"[]," * MANY + b"0]",
    "keys": lambda: b"{" + b",".join(b'"%x":1' % number for number in range(1_000_000)) + b"}",
    "the same key": lambda: b"{" + b'"image":"",' * (MEGABYTES_12 // 11) + b'"b":{}}',
    "numbers as images": lambda: b'{"images": [' + b"1," * (MEGABYTES_12 // 2) + b"1]}",
    "empty images": lambda: b'{"images": [' + b'"",' * MANY + b'""]}',
    "a long number": lambda: b'{"other": ' + b"1" * MEGABYTES_12 + b"}",
    "a long key": lambda: b'{"' + b"a" * MEGABYTES_12 + b'": 1}',
    "a long other string": lambda: b'{"other": "' + b"a" * MEGABYTES_12 + b'"}',
    "escapes without an end": lambda: b'{"image": "' + b"\\n" * (MEGABYTES_12 // 2),
}


@pytest.mark.parametrize("name", BODIES)
def test_nothing_that_is_not_expected_is_built(name: str) -> None:
    body = BODIES[name]()
    tracemalloc.start()
    try:
        with pytest.raises(InvalidInputError):
            images_in(body, most=16) if "images" in name else image_in(body)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 3 * 2**20


def test_white_space_and_images_are_no_other_bytes() -> None:
    body = b'{"image":' + b" " * MEGABYTES_12 + b'"' + b"A" * MEGABYTES_12 + b'"}'
    assert len(image_in(body)) == MEGABYTES_12
    with pytest.raises(InvalidInputError, match="beside the images"):
        image_in(b'{"image": "x", "other": "' + b"a" * MAX_OTHER_BYTES + b'"}')
