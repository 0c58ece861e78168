"""Reads handwriting: an image of a page goes in, its text comes out.

```python
from text_recognizer import ParagraphTextRecognizer

page = ParagraphTextRecognizer().predict("page.png")
print(page.text)
```

Names are imported when they are first used (PEP 562), so that `text_recognizer.client` and the result types
need neither NumPy nor Pillow nor ONNX Runtime.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from text_recognizer.character_predictor import CharacterPredictor
    from text_recognizer.documents.reading import recognize
    from text_recognizer.errors import InvalidInputError, TextRecognizerError
    from text_recognizer.geometry import Region
    from text_recognizer.line_detector import LineDetector
    from text_recognizer.line_predictor import LinePredictor
    from text_recognizer.paragraph_text_recognizer import ParagraphTextRecognizer
    from text_recognizer.predictions.document import DocumentPrediction
    from text_recognizer.predictions.single import CharacterPrediction, WordPrediction
    from text_recognizer.predictions.types import LinePrediction, PagePrediction
    from text_recognizer.version import __version__
    from text_recognizer.word_predictor import WordPredictor

__all__ = [
    "CharacterPrediction",
    "CharacterPredictor",
    "DocumentPrediction",
    "InvalidInputError",
    "LineDetector",
    "LinePrediction",
    "LinePredictor",
    "PagePrediction",
    "ParagraphTextRecognizer",
    "Region",
    "TextRecognizerError",
    "WordPrediction",
    "WordPredictor",
    "__version__",
    "recognize",
]

_MODULES = {
    "CharacterPrediction": "predictions.single",
    "CharacterPredictor": "character_predictor",
    "DocumentPrediction": "predictions.document",
    "InvalidInputError": "errors",
    "LineDetector": "line_detector",
    "LinePrediction": "predictions.types",
    "LinePredictor": "line_predictor",
    "PagePrediction": "predictions.types",
    "ParagraphTextRecognizer": "paragraph_text_recognizer",
    "Region": "geometry",
    "TextRecognizerError": "errors",
    "WordPrediction": "predictions.single",
    "WordPredictor": "word_predictor",
    "__version__": "version",
    "recognize": "documents.reading",
}


def __dir__() -> list[str]:
    """Return the public names beside those that are loaded already."""
    return sorted({*globals(), *__all__})


if not TYPE_CHECKING:  # type checkers would take every misspelt name for one that exists

    def __getattr__(name: str) -> Any:
        """Import a public name when it is first used."""
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
        globals()[name] = value  # the next use finds it without this function
        return value
