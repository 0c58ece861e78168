"""What a page says about its reading: what was not read, or may be wrong, as codes of a closed set."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from text_recognizer.geometry import Region
from text_recognizer.json_fields import read_field


class WarningCode(StrEnum):
    """All codes of warnings; programs may rely on them, while messages may be reworded.

    ```python
    from text_recognizer.predictions.page_warnings import WarningCode

    print([code.value for code in WarningCode])
    ```
    """

    NO_TEXT = "no_text"  # nothing was read
    LOW_CONFIDENCE = "low_confidence"  # much of what was read is probably wrong
    UNKNOWN_SCRIPT = "unknown_script"  # the writing looks like none that the model knows
    ILLEGIBLE_LINES = "illegible_lines"  # lines were found in which no character was read
    PALE_STROKES = "pale_strokes"  # left out: nothing tells whether they only show through the paper
    TURNED = "turned"  # the page lay on its side or upside down, and was read the right way up
    INVERTED_PART = "inverted_part"  # a part is light on dark; it was read as if it were dark on light
    OUTSIDE_SHEET = "outside_sheet"  # what lies beside the sheet was not looked at
    CUT_OFF = "cut_off"  # lines reach the border of the image; their ends may be missing
    MORE_PAGES = "more_pages"  # the file has more pages than were read
    KIND_LEFT_OUT = "kind_left_out"  # lines of print, or of handwriting, were not asked for
    UNPREPARED = "unprepared"  # the time did not suffice to level the page, even its light or erase its rules
    INCOMPLETE = "incomplete"  # the time did not suffice for all lines
    WITHOUT_LANGUAGE_MODEL = "without_language_model"  # the time did not suffice for the beam search


@dataclass(frozen=True)
class PageWarning:
    """One thing that was not read, or may be wrong.

    ```python
    from text_recognizer import Region
    from text_recognizer.predictions.page_warnings import PageWarning, WarningCode

    warning = PageWarning(WarningCode.CUT_OFF, "1 line reaches the border.", Region(0, 9, 80, 30))
    print(warning.to_dict()["code"], warning.message)
    ```

    Attributes:
        code: One of `WarningCode`, unless a newer service knows more.
        message: The same for people, in one sentence or two.
        region: Which part of the image it is about; None if it is about all of it.
    """

    code: str
    message: str
    region: Region | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the warning as a JSON object."""
        region = None if self.region is None else self.region.to_dict()
        return {"code": str(self.code), "message": self.message, "region": region}

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Self:
        """Return the warning whose `to_dict` is `fields`; the region may be absent.

        Raises:
            InvalidInputError: If a value is missing or of another type.
        """
        code, message = read_field(fields, "code", str), read_field(fields, "message", str)
        region = fields.get("region")
        return cls(code, message, None if region is None else Region.from_dict(region))
