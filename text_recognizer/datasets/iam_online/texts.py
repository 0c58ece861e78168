"""Transcripts and set lists of IAM-OnDB."""

import re
from dataclasses import dataclass
from pathlib import Path

from text_recognizer.errors import DataError

VALIDATION_LIST = "testset_v.txt"
# Six writers who have no form elsewhere: the official lists name eight forms of each writer in turn (ids
# ascend within each eight and drop behind it, without exception).
_VALIDATION_FORMS = 48
PLACEHOLDER = "please enter transcription here"  # in lower case; stands where a transcript is missing
_CLITICS = "s|re|ll|ve|d|m|t"  # endings that follow an apostrophe: it's, we're, I'll ...


@dataclass(frozen=True)
class OnlineLine:
    """One line of the data set.

    ```python
    from text_recognizer.datasets.iam_online.texts import OnlineLine

    line = OnlineLine("a01-000u-01", "A MOVE to stop", "lineStrokes/a01/a01-000/a01-000u-01.xml")
    print(line.form)
    ```

    Attributes:
        id: Such as `a01-000u-01`.
        text: Natural spelling.
        path: Name of its file inside the archive.
    """

    id: str
    text: str
    path: str

    @property
    def form(self) -> str:
        """The form of the line, such as `a01-000u`, as the set lists name it."""
        return self.id.rpartition("-")[0]


def read_lines(path: Path) -> list[OnlineLine]:
    """Return the rows of `lines.tsv` in order of their ids; rows without a text are left out.

    Raises:
        DataError: If the columns `line_id`, `text` and `path` are not there.
    """
    header, *rows = path.read_text(encoding="utf-8").splitlines() or [""]
    if header.split("\t") != ["line_id", "text", "path"]:
        raise DataError(f"Expected the columns line_id, text, path in {path.name}; received {header!r}.")
    cells = [row.split("\t") for row in rows]
    if wrong := [row for row in cells if len(row) != 3]:
        raise DataError(f"Expected three columns in each row of {path.name}; received {wrong[0]}.")
    return sorted(
        (OnlineLine(name, natural_spelling(text), member) for name, text, member in cells if text.strip()),
        key=lambda line: line.id,
    )


def read_validation_forms(folder: Path) -> frozenset[str]:
    """Return the forms of the first writers in the official validation set.

    Raises:
        DataError: If the list is missing.
    """
    try:
        forms = (folder / VALIDATION_LIST).read_text(encoding="utf-8").split()
    except FileNotFoundError as error:
        raise DataError(
            f"{folder} lacks the official set list {VALIDATION_LIST}. See data/raw/iam_ondb/readme.md."
        ) from error
    return frozenset(forms[:_VALIDATION_FORMS])


def natural_spelling(transcript: str) -> str:
    """Return a transcript spelled as IAM's lines are: no spaces between tokens, no low quotes.

    >>> natural_spelling("Mr . Foot ' s line ( ours ) will be , I 'd say , ready .")
    "Mr. Foot's line (ours) will be, I'd say, ready."
    """
    text = " ".join(transcript.replace(",,", '"').split())
    text = re.sub(rf" ' ?({_CLITICS})\b|' ({_CLITICS})\b", lambda match: f"'{match[1] or match[2]}", text)
    text = re.sub(r'(?:^| )"(?: |$)', _quote, text)
    return re.sub(r" (?=[.,;:!?)])", "", text).replace("( ", "(")


def _quote(match: re.Match[str]) -> str:
    """Return a lone quote joined to the word that it belongs to."""
    before, after = match.string[: match.start()], match.string[match.end() :]
    if not before or not after:
        return '"'
    closes = before.count('"') % 2 == 1 or (before[-1] in ",.?!" and not after[0].isupper())
    return '" ' if closes else ' "'
