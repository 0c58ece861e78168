"""How the logits of a model are decoded: `decoding.json` beside its model.onnx, tuned on validation lines."""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from text_recognizer.decoding.beam_config import BeamSearchConfig
from text_recognizer.decoding.calibration import Calibration, Calibrations
from text_recognizer.decoding.language_model.loading import DEFAULT_LANGUAGE_MODEL
from text_recognizer.errors import ArtifactError

DECODING = "decoding.json"

DecoderName = Literal["greedy", "beam"]
DECODERS: tuple[DecoderName, ...] = get_args(DecoderName)

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")  # of a folder beside the model's; no path
_RANGES: dict[str, tuple[type, float, float]] = {  # type, least and greatest value
    "lm_weight": (float, 0.0, 10.0),
    "length_bonus": (float, -10.0, 10.0),
    "word_bonus": (float, -10.0, 10.0),
    "width": (int, 1, 1000),  # time and memory of the search grow with it
    "labels": (int, 1, 1000),
    "least_probability": (float, 0.0, 1.0),
    "blank_threshold": (float, 0.0, 1.0),
    "margin": (float, 0.0, 1000.0),
    "greedy_above": (float, 0.0, 1.0),
    "slope": (float, 0.0, 100.0),
    "offset": (float, -100.0, 100.0),
    "likelihood": (float, -100.0, 100.0),
    "legibility": (float, -100.0, 100.0),
    "unknown": (float, -100.0, 100.0),
}


@dataclass(frozen=True)
class DecodingConfig:
    """Contents of `decoding.json`.

    ```python
    from text_recognizer.decoding.beam_config import BeamSearchConfig
    from text_recognizer.decoding.config import DecodingConfig

    config = DecodingConfig("beam", beam=BeamSearchConfig(width=8))
    print(config.to_dict()["beam"]["width"])
    ```

    Attributes:
        decoder: The default decoder of the model.
        language_model: Name of the language model for beam search.
        beam: How beam search searches.
        calibration: Of each decoder's confidences.
    """

    decoder: DecoderName = "greedy"
    language_model: str = DEFAULT_LANGUAGE_MODEL
    beam: BeamSearchConfig = field(default_factory=BeamSearchConfig)
    calibration: Mapping[DecoderName, Calibrations] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return what `read_decoding` reads, as a JSON object."""
        return asdict(self)


def read_decoding(folder: Path, model_sha256: str) -> DecodingConfig:
    """Return how to decode the model in `folder`.

    Without a file, or with one that was tuned for other weights, it is the default: greedy, not calibrated.

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
            BeamSearchConfig(**_numbers(content["beam"])),
            {name: _calibrations(kinds) for name, kinds in content["calibration"].items()},
        )
        _check_names(config)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ArtifactError(
            f"Expected decoder, language_model, beam and calibration in {path}; received "
            f"{type(error).__name__}: {error}. Tune again: python -m training.decoding.tune --save."
        ) from error
    return config


def _calibrations(kinds: Mapping[str, Mapping[str, float]]) -> Calibrations:
    return Calibrations(**{kind: Calibration(**_numbers(values)) for kind, values in kinds.items()})


def _numbers(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return `values` if each is a number in its range.

    Raises:
        ValueError: If one is not.
    """
    for name, value in values.items():
        kind, least, most = _RANGES.get(name, (float, -math.inf, math.inf))
        fits = type(value) in (int, kind) and least <= value <= most  # False for NaN; a bool is no number
        if not fits:
            raise ValueError(f"{name} must be {kind.__name__}, {least}-{most}; it is {value!r}")
    return values


def _check_names(config: DecodingConfig) -> None:
    """Refuse unknown decoders, and a language model that lies anywhere but beside the model.

    Raises:
        ValueError: If there is one.
    """
    for name in (config.decoder, *config.calibration):
        if name not in DECODERS:
            raise ValueError(f"decoder {name!r}")
    if not isinstance(config.language_model, str) or not _NAME.fullmatch(config.language_model):
        raise ValueError(f"language_model {config.language_model!r} is no name of a folder")
