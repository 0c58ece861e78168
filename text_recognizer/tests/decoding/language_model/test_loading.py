import hashlib
import json
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from text_recognizer.decoding.language_model.loading import LANGUAGE_MODEL, NGRAMS, WORDS, load_language_model
from text_recognizer.decoding.language_model.ngram_file import encode_ngrams
from text_recognizer.errors import ArtifactError
from text_recognizer.vocabulary import Vocabulary
from training.language_model.kneser_ney import estimate

CHARACTERS = "abcdefgh "
LINES = ["a bad cab", "bead", "faded egg had"]


def install(folder: Path) -> None:
    files = {NGRAMS: encode_ngrams(*estimate(LINES, Vocabulary(CHARACTERS), 3, [1] * 3)), WORDS: b"ab\nba\n"}
    (folder / "toy").mkdir()
    for name, content in files.items():
        (folder / "toy" / name).write_bytes(content)
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    manifest = {"vocabulary": CHARACTERS, "sha256": digests}
    (folder / "toy" / LANGUAGE_MODEL).write_text(json.dumps(manifest))


def unpacked(change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """Return a change of what a file of n-grams has in it before it is compressed."""
    return lambda content: content[:8] + zlib.compress(change(zlib.decompress(content[8:])))


def claiming_many_contexts(content: bytes) -> bytes:
    """Return the content of a file of n-grams whose first table claims three thousand million contexts."""
    at = 4 + 4 * int.from_bytes(content[:2], "little")
    return content[:at] + b"\xff\xff\xff\xbf" + content[at + 4 :]


def test_load(tmp_path: Path) -> None:
    install(tmp_path)
    model = load_language_model("toy", tmp_path)
    assert (model.order, model.words) == (3, ("ab", "ba"))


def test_it_fits_the_characters_that_it_is_asked_about(tmp_path: Path) -> None:
    install(tmp_path)
    assert load_language_model("toy", tmp_path, "abcdefgh éxyz").characters == "abcdefgh éxyz"
    folded = load_language_model("toy", tmp_path, "cba")
    assert (folded.characters, folded.words) == ("cba", ("ab", "ba"))
    with pytest.raises(ArtifactError, match=r"characters 'axyz'.*greedily"):
        load_language_model("toy", tmp_path, "axyz")


@pytest.mark.parametrize("damaged", [NGRAMS, WORDS])
def test_missing_or_damaged_models_are_named(tmp_path: Path, damaged: str) -> None:
    with pytest.raises(ArtifactError, match=r"language_model.json in .*toy.*train"):
        load_language_model("toy", tmp_path)
    install(tmp_path)
    with (tmp_path / "toy" / damaged).open("ab") as file:
        file.write(b"x")
    with pytest.raises(ArtifactError, match=f"{damaged}.*damaged"):
        load_language_model("toy", tmp_path)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        (NGRAMS, lambda content: content[:20]),
        (NGRAMS, lambda content: content[:12] + bytes([255]) * (len(content) - 12)),
        (NGRAMS, unpacked(lambda content: content[:4] + bytes([255]) * (len(content) - 4))),
        (NGRAMS, unpacked(claiming_many_contexts)),
        (NGRAMS, unpacked(lambda content: content[:52] + bytes(reversed(content[52:])))),
        (WORDS, lambda _: b"\xff\xfe"),
    ],
)
def test_files_that_fit_their_digests_alone_are_refused(
    tmp_path: Path, name: str, change: Callable[[bytes], bytes]
) -> None:
    install(tmp_path)
    file, manifest = tmp_path / "toy" / name, tmp_path / "toy" / LANGUAGE_MODEL
    file.write_bytes(change(file.read_bytes()))
    content = json.loads(manifest.read_text())
    content["sha256"][name] = hashlib.sha256(file.read_bytes()).hexdigest()
    manifest.write_text(json.dumps(content))
    with pytest.raises(ArtifactError, match="Install the package again"):
        load_language_model("toy", tmp_path)
