"""Replaces the typographic characters of word processors and telephones by those of a typewriter."""

_REPLACEMENTS = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u00b4`", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        "\u2026": "...",
        "\u00ad": "",  # soft hyphen
        "\u200b": "",  # zero-width space
        "\ufeff": "",  # byte order mark
    }
)


def plain_text(text: str) -> str:
    r"""Return `text` with plain quotes, dashes and dots, and any run of white space as one space.

    >>> plain_text("\u201cIt\u2019s\u201d \u2013 he\n said\u2026 ")
    '"It\'s" - he said...'
    """
    return " ".join(text.translate(_REPLACEMENTS).split())
