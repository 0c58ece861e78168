"""How the logits of a model are decoded: `decoding.json` beside its model.onnx, tuned on validation lines."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from text_recognizer.decoding.beam_search import BeamSearchConfig
from text_recognizer.decoding.calibration import Calibration, Calibrations
from text_recognizer.decoding.language_model.loading import DEFAULT_LANGUAGE_MODEL
from text_recognizer.errors import ArtifactError

DECODING = "decoding.json"

DecoderName = Literal["greedy", "beam"]
DECODERS: tuple[DecoderName, ...] = get_args(DecoderName)


@dataclass(frozen=True)
class DecodingConfig:
    """Contents of `decoding.json`.

    ```python
    from text_recognizer.decoding.beam_search import BeamSearchConfig
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
            BeamSearchConfig(**content["beam"]),
            {name: _calibrations(kinds) for name, kinds in content["calibration"].items()},
        )
        if config.decoder not in DECODERS:
            raise ValueError(f"decoder {config.decoder!r}")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ArtifactError(
            f"Expected decoder, language_model, beam and calibration in {path}; received "
            f"{type(error).__name__}: {error}. Tune again: python -m training.decoding.tune --save."
        ) from error
    return config


def _calibrations(kinds: Mapping[str, Mapping[str, float]]) -> Calibrations:
    return Calibrations(**{kind: Calibration(**values) for kind, values in kinds.items()})
