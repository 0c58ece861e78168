from pathlib import Path

import pytest

from text_recognizer.errors import ConfigError
from text_recognizer.tooling.markdown_block import rewrite_block, with_block


def test_text_around_the_block_stays() -> None:
    assert with_block("before\nA\nold\nZ\nafter Z", "A", "Z", "new") == "before\nA\nnew\nZ\nafter Z"


def test_a_missing_line_is_named_and_the_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "table.md"
    path.write_text("no markers")
    with pytest.raises(ConfigError, match="'Z' is missing"):
        rewrite_block(path, "A", "Z", "new")
    assert path.read_text() == "no markers"
    path.write_text("A\nZ\n")
    rewrite_block(path, "A", "Z", "new")
    assert path.read_text() == "A\nnew\nZ\n"
