"""Copies the files that the service needs, and no others: `python -m api.deployment.application FOLDER`.

Needs only the standard library, since the Dockerfile calls it.
"""

import shutil
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

TRAINING_HALF = {"augmentation", "datasets", "models", "networks", "tooling"}
LEFT_OUT = {
    "tests",
    "__pycache__",
    "weights.h5",
    "deployment",
    "benchmarks",
    "cpp",
    "Dockerfile",
    "serverless.yml",
}
# What is compiled on the spot fits no other machine; see compiled_loops.py.
COMPILED = (".so", ".pyd", ".c", ".h")
# The models that the service loads.
MODELS = {
    "LanguageModel_BrownIam_character_6gram",
    "LanguageModel_BrownWords_character_6gram",
    "LanguageModel_ManyHandsFrench_character_6gram",
    "LanguageModel_Neutral_character_4gram",
    "LineDetectorModel_IamParagraphsDataset_fcn_int8",
    "LineModelCtc_ManyHands_line_conv_ctc_int8",
    "WordModelCtc_SyntheticWordsDataset_line_conv_ctc_int8",
}


def copy_application(folder: Path, root: Path = ROOT) -> None:
    """Copy api/ and the serving half of text_recognizer with its models from the checkout `root`."""
    for package in ("text_recognizer", "api"):
        shutil.copytree(root / package, folder / package, ignore=_left_out, dirs_exist_ok=True)
    _write_metadata(folder, root)


def _left_out(folder: str, names: list[str]) -> set[str]:
    if Path(folder).name == "weights":
        return set(names) - MODELS
    left_out = LEFT_OUT | TRAINING_HALF if Path(folder).name == "text_recognizer" else LEFT_OUT
    return {name for name in names if name in left_out or name.endswith(COMPILED)}


def _write_metadata(folder: Path, root: Path) -> None:
    """Write the metadata of an installed package, so that `importlib.metadata` finds the version."""
    version = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    metadata = folder / f"text_recognizer-{version}.dist-info" / "METADATA"
    metadata.parent.mkdir(exist_ok=True)
    metadata.write_text(
        f"Metadata-Version: 2.1\nName: text-recognizer\nVersion: {version}\n", encoding="utf-8"
    )


if __name__ == "__main__":
    copy_application(Path(sys.argv[1]))
