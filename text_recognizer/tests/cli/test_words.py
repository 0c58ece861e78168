import errno
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from text_recognizer.cli.command import main
from text_recognizer.cli.words import StageTimes
from text_recognizer.tests.tiny_models import draw_bars

Capture = pytest.CaptureFixture[str]
TEXTS = ["babb", "bbbbbbbb", "aabb", "abababababab", "bbba"]


@pytest.fixture
def words(tmp_path: Path) -> Path:
    """A folder with word-0.png to word-4.png, and a file that is no image."""
    folder = tmp_path / "words"
    folder.mkdir()
    for number, text in enumerate(TEXTS):
        Image.fromarray(draw_bars(text)).save(folder / f"word-{number}.png")
    (folder / "labels.tsv").write_text("no image")
    return folder


def rows(capsys: Capture) -> list[tuple[str, str, float]]:
    """What was printed on stdout."""
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    return [(path, text, float(score)) for path, text, score in lines]


@pytest.mark.parametrize("batch", ["1", "2", "256"])
def test_folders_and_files_are_read_in_their_order(words: Path, batch: str, capsys: Capture) -> None:
    first = str(words / "word-3.png")
    assert main(["words", first, str(words), "--batch", batch]) == 0
    printed = rows(capsys)
    names = [first, *(str(words / f"word-{number}.png") for number in range(len(TEXTS)))]
    assert [row[:2] for row in printed] == list(zip(names, [TEXTS[3], *TEXTS], strict=True))
    assert all(0 < score <= 1 for _, _, score in printed)


def test_a_name_with_a_line_break_is_one_row(words: Path, capsys: Capture) -> None:
    (words / "word-3.png").rename(words / "a\tb\n.png")
    assert main(["words", str(words)]) == 0
    assert rows(capsys)[0][:2] == (str(words / "a\\tb\\n.png"), TEXTS[3])


def test_unreadable_images_are_named_and_skipped(words: Path, capsys: Capture) -> None:
    (words / "word-1.png").write_bytes(b"no image")
    missing = words / "missing.png"
    assert main(["words", str(missing), str(words)]) == 1
    out, err = capsys.readouterr()
    assert [line.split("\t")[1] for line in out.splitlines()] == [TEXTS[0], *TEXTS[2:]]
    assert [line.split(":")[1].strip() for line in err.splitlines()] == [
        str(missing),
        str(words / "word-1.png"),
    ]


def test_a_folder_without_images_is_named(words: Path, tmp_path: Path, capsys: Capture) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert main(["words", str(empty), str(words / "word-0.png")]) == 1
    out, err = capsys.readouterr()
    assert out.split("\t")[1] == TEXTS[0]
    assert err.startswith(f"text-recognizer: {empty}: it holds no image")


def test_a_folder_that_cannot_be_listed_is_named(
    words: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    def refused(_: Path) -> Iterator[Path]:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refused)
    assert main(["words", str(words), str(words / "word-0.png")]) == 1
    out, err = capsys.readouterr()
    assert out.split("\t")[1] == TEXTS[0]
    assert err == f"text-recognizer: {words}: Permission denied\n"


def test_the_benchmark_splits_the_time_of_a_word(words: Path, capsys: Capture) -> None:
    assert main(["words", "--benchmark", "--threads", "1", str(words)]) == 0
    out, err = capsys.readouterr()
    assert out.count("\n") == len(TEXTS)
    head, *stages = err.splitlines()
    assert head == f"processor time in ms per word, {len(TEXTS)} words"
    named = {line.split()[0]: float(line.split()[1]) for line in stages}
    together = named.pop("together")
    assert set(named) == {"load", "preparation", "network", "decoding"}
    assert together == pytest.approx(sum(named.values()), abs=0.01)


def test_times_of_a_stage_add_up() -> None:
    times = StageTimes()
    for _ in range(2):
        with times.stage("load"):
            sum(range(10**5))
    report = times.report(2).splitlines()
    assert report[1].startswith("load ")
    assert 0 < float(report[1].split()[1]) == float(report[-1].split()[1])


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--batch", "0", "word.png"],
        ["--threads", "none", "word.png"],
        ["--weights", "nothing", "word.png"],
        ["--format", "json", "word.png"],
    ],
)
def test_wrong_command_lines_exit_with_2(arguments: list[str], capsys: Capture) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["words", *arguments])
    assert caught.value.code == 2
    assert capsys.readouterr().err.startswith("usage:")


def test_weights_and_folder_choose_the_model(words: Path, weights: Path, capsys: Capture) -> None:
    image = str(words / "word-0.png")
    assert main(["words", "--weights", "tiny_line", image]) == 1
    assert "Expected a model for word images" in capsys.readouterr().err
    assert main(["words", "--weights-dir", str(weights), "--decoder", "greedy", image]) == 0
    assert rows(capsys)[0][1] == TEXTS[0]
