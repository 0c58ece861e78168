"""Replaces the typographic characters of word processors and telephones by those of a typewriter."""

import unicodedata

# The one table of characters that are written alike: a hand does not tell them apart.
_REPLACEMENTS = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc\u00b4`", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2039\u203a", "'"),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u00ac", "-"),
        **dict.fromkeys("\u25a1\u25fb\u25fd\u2b1c", "\u2610"),  # empty squares: check boxes
        **dict.fromkeys("\u2612\u2705\u2714\U0001f5f8\U0001f5f9", "\u2611"),  # checked ones
        "\u017f": "s",  # long s
        "\ufb00": "ff",
        "\ufb01": "fi",
        "\ufb02": "fl",
        "\u00ba": "\u00b0",  # ordinal and degree: both are a small raised o
        "\u2026": "...",
        "\u00ad": "",  # soft hyphen
        "\u200b": "",  # zero-width space
        "\ufeff": "",  # byte order mark
    }
)


def plain_text(text: str) -> str:
    r"""Return `text` with plain quotes, dashes and dots, and any run of white space as one space.

    Accents stay, each in one character with its letter (Unicode NFC).

    >>> plain_text("\u201cIt\u2019s\u201d \u2013 he\n said\u2026 ")
    '"It\'s" - he said...'
    >>> plain_text("cafe\u0301"), plain_text("ba\ufb00led")
    ('caf\xe9', 'baffled')
    """
    return " ".join(unicodedata.normalize("NFC", text).translate(_REPLACEMENTS).split())
