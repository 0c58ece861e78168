"""Characters that a document cannot hold."""

import re

# XML 1.0 (production [2]) forbids C0, surrogates, U+FFFE and U+FFFF; HTML also C1 and U+FDD0-FDEF.
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_BREAKS = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]")


def one_line(text: str) -> str:
    """Return `text` as one line that XML, HTML and UTF-8 can hold: breaks become spaces, controls vanish."""
    return _FORBIDDEN.sub("", _BREAKS.sub(" ", text))
