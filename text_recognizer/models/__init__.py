"""Models: what networks are trained for. Each adds loss, batches, metrics and augmentation to a network."""

from text_recognizer.models.base import Model
from text_recognizer.models.character_model import CharacterModel
from text_recognizer.models.line_detector_model import LineDetectorModel
from text_recognizer.models.line_model import LineModel
from text_recognizer.models.line_model_ctc import LineModelCtc
from text_recognizer.models.word_model_ctc import WordModelCtc

__all__ = [
    "MODELS",
    "CharacterModel",
    "LineDetectorModel",
    "LineModel",
    "LineModelCtc",
    "Model",
    "WordModelCtc",
]

MODELS: dict[str, type[Model]] = {
    "CharacterModel": CharacterModel,
    "LineDetectorModel": LineDetectorModel,
    "LineModel": LineModel,
    "LineModelCtc": LineModelCtc,
    "WordModelCtc": WordModelCtc,
}
