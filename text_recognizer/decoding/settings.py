"""How the logits of a model are decoded: `decoding.json` beside its model.onnx, tuned on validation lines."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from text_recognizer.decoding.beam_search import BeamSettings
from text_recognizer.decoding.language_model import DEFAULT_LANGUAGE_MODEL
from text_recognizer.errors import ArtifactError

DECODING = "decoding.json"

DecoderName = Literal["greedy", "beam"]
DECODERS: tuple[DecoderName, ...] = get_args(DecoderName)

Reals = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Calibration:
    """Turns a confidence into how often it is right: Platt scaling of its log odds (Platt 1999)."""

    slope: float = 1.0
    offset: float = 0.0

    def apply(self, confidences: npt.ArrayLike) -> Reals:
        """Return calibrated confidences in [0, 1], of the shape of `confidences`."""
        return np.asarray(np.exp(-np.logaddexp(0, -(self.slope * log_odds(confidences) + self.offset))))


@dataclass(frozen=True)
class Calibrations:
    """One for each kind of confidence.

    Attributes:
        character: Becomes the probability that the character is right.
        word: That the whole word is.
        line: The share of the line's characters that are right.
    """

    character: Calibration = field(default_factory=Calibration)
    word: Calibration = field(default_factory=Calibration)
    line: Calibration = field(default_factory=Calibration)


@dataclass(frozen=True)
class DecodingConfig:
    """What `decoding.json` says.

    Attributes:
        decoder: Which one to use unless another is asked for.
        language_model: Of the beam search.
        beam: Its settings.
        calibration: Of each decoder's confidences.
    """

    decoder: DecoderName = "greedy"
    language_model: str = DEFAULT_LANGUAGE_MODEL
    beam: BeamSettings = field(default_factory=BeamSettings)
    calibration: Mapping[DecoderName, Calibrations] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return what `read_decoding` reads, as a JSON object."""
        return asdict(self)


def log_odds(probabilities: npt.ArrayLike) -> Reals:
    """Return ln(p / (1 - p)), finite also for 0 and 1."""
    clipped = np.clip(np.asarray(probabilities, np.float64), 1e-6, 1 - 1e-6)
    return np.asarray(np.log(clipped) - np.log1p(-clipped))


def read_decoding(folder: Path, model_sha256: str) -> DecodingConfig:
    """Return how to decode the model in `folder`.

    Without a file, or with one that was tuned for other weights, it is the defaults: greedy, not calibrated.

    Raises:
        ArtifactError: If the file is damaged.
    """
    path = folder / DECODING
    if not path.is_file():
        return DecodingConfig()
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["model_sha256"] != model_sha256:
            return DecodingConfig()
        config = DecodingConfig(
            content["decoder"],
            content["language_model"],
            BeamSettings(**content["beam"]),
            {name: _calibrations(kinds) for name, kinds in content["calibration"].items()},
        )
        if config.decoder not in DECODERS:
            raise ValueError(f"decoder {config.decoder!r}")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ArtifactError(
            f"Expected decoder, language_model, beam and calibration in {path}; received "
            f"{type(error).__name__}: {error}. Tune again: evaluation/tune_decoding.py."
        ) from error
    return config


def _calibrations(kinds: Mapping[str, Mapping[str, float]]) -> Calibrations:
    return Calibrations(**{kind: Calibration(**values) for kind, values in kinds.items()})
