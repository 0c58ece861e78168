"""Files of too many parts are refused with the name of the parts and what to do."""

import pytest

from text_recognizer.errors import ImageTooLargeError
from text_recognizer.images.containers.contents import Contents, refuse_parts


def test_a_refusal_names_parts_and_limit() -> None:
    with pytest.raises(ImageTooLargeError, match="too many chunks; expected at most 50,000. Save"):
        refuse_parts("chunks")


def test_nothing_is_known_of_a_file_by_itself() -> None:
    contents = Contents(b"data")
    assert (contents.size, contents.orientation, contents.buffer_bytes, contents.scans) == (None, 1, 0, 1)
