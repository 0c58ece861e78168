import json
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from text_recognizer.tests.repository import ROOT
from training.chores.draw_test_images import (
    CHARACTERS,
    EMNIST_LINES,
    GRAY_LEVELS,
    IAM_LINES,
    IAM_PARAGRAPH,
    LINES,
    PAGES,
    SUPPORT,
    draw_all,
)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every image, drawn anew."""
    mirror = Path(os.environ.get("TEXT_RECOGNIZER_MIRROR") or ROOT.parent / "shared" / "data")
    if not (folder := mirror / "handwriting_fonts").is_dir():
        pytest.skip(f"no handwriting fonts: {folder}")
    output = tmp_path_factory.mktemp("support")
    draw_all(folder, output)
    return output


def test_committed_texts_are_those_of_the_code() -> None:
    texts = json.loads((SUPPORT / "texts.json").read_text(encoding="utf-8"))
    stated = {*LINES.values(), *("\n".join(page) for page in PAGES.values()), *"".join(CHARACTERS.values())}
    assert stated <= set(texts.values())


def test_names_of_2019_are_the_texts() -> None:
    texts = json.loads((SUPPORT / "texts.json").read_text(encoding="utf-8"))
    named = {name: text for name, text in texts.items() if "/" in name and name != IAM_PARAGRAPH}
    assert {Path(name).stem for name in named} == {*"8Ue", *EMNIST_LINES, *IAM_LINES}
    assert all(Path(name).stem == text for name, text in named.items())
    assert len(texts[IAM_PARAGRAPH].splitlines()) == 7


def test_every_committed_image_has_its_text() -> None:
    texts = json.loads((SUPPORT / "texts.json").read_text(encoding="utf-8"))
    files = {path.relative_to(SUPPORT).as_posix(): path for path in SUPPORT.rglob("*.*")}
    assert files.keys() - {"README.md", "texts.json"} == texts.keys()
    assert sum(path.stat().st_size for path in files.values()) < 300_000


def images(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*.*")}


@pytest.mark.slow
def test_draws_the_committed_images_again(drawn: Path) -> None:
    assert images(drawn) | {"README.md"} == images(SUPPORT)
    for name in images(drawn) - {"texts.json"}:
        again, committed = (np.asarray(Image.open(folder / name), np.float32) for folder in (drawn, SUPPORT))
        assert again.shape == committed.shape
        assert np.abs(again - committed).mean() < 256 / GRAY_LEVELS  # FreeType may set an edge otherwise


@pytest.mark.slow
def test_ink_stays_on_the_page(drawn: Path) -> None:
    for path in (*drawn.glob("page_*.png"), drawn / IAM_PARAGRAPH):
        page = np.asarray(Image.open(path))
        assert min(page[:, :20].min(), page[:, -20:].min(), page[:20].min(), page[-20:].min()) > 120
