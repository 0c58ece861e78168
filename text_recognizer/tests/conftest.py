from pathlib import Path

import pytest

from text_recognizer.tests import tiny_models


@pytest.fixture(scope="session")
def tiny_weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with tiny_line ("ab"), tiny_paragraph and tiny_character."""
    folder = tmp_path_factory.mktemp("weights")
    tiny_models.write_line_artifact(folder, [0.25, 0.75], "ab")
    tiny_models.write_detector_artifact(folder)
    tiny_models.write_character_artifact(folder)
    return folder
