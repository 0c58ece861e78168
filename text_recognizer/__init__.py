"""Reads handwriting: an image of a page goes in, its text comes out.

```python
from text_recognizer import ParagraphTextRecognizer

page = ParagraphTextRecognizer().predict("page.png")
print(page.text)
```
"""

from importlib.metadata import PackageNotFoundError, version

from text_recognizer.character_predictor import CharacterPredictor
from text_recognizer.errors import InvalidInputError, TextRecognizerError
from text_recognizer.line_detector import LineDetector
from text_recognizer.line_predictor import LinePredictor
from text_recognizer.paragraph_text_recognizer import ParagraphTextRecognizer
from text_recognizer.types import CharacterPrediction, LinePrediction, PagePrediction, Region

try:
    __version__ = version("text-recognizer")
except PackageNotFoundError:  # run from a checkout that is not installed
    __version__ = "0.0.0"

__all__ = [
    "CharacterPrediction",
    "CharacterPredictor",
    "InvalidInputError",
    "LineDetector",
    "LinePrediction",
    "LinePredictor",
    "PagePrediction",
    "ParagraphTextRecognizer",
    "Region",
    "TextRecognizerError",
    "__version__",
]
