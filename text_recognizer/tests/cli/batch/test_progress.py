"""The line says how far a run is, and vanishes; the summary says what was done."""

from itertools import count

import pytest

from text_recognizer.cli.batch.progress import Progress

Capture = pytest.CaptureFixture[str]


def test_counts_speed_and_rest() -> None:
    seconds = iter([0.0, 10.0, 75.0])
    progress = Progress(8, shown=False, clock=lambda: next(seconds))
    for _ in range(5):
        progress.page(True)
    progress.page(False)
    progress.page(True, known=True)
    progress.document()
    progress.document()
    progress.document(skipped=True)
    assert progress.line() == "3/8 documents, 5 pages, 0.5 pages/s, 1 failed, 25 s left"
    assert progress.summary() == (
        "5 pages of 2 documents in 1:15 min (0.1 pages/s); 1 pages were read before; "
        "1 documents were finished before; 1 failed"
    )


def test_hours() -> None:
    seconds = iter([0.0, 7265.0])
    progress = Progress(1, shown=False, clock=lambda: next(seconds))
    assert "in 2:01:05 h" in progress.summary()


@pytest.mark.parametrize("shown", [False, True])
def test_the_line_is_shown_on_a_terminal_alone(shown: bool, capsys: Capture) -> None:
    ticks = count()
    progress = Progress(1, shown, clock=lambda: float(next(ticks)))
    progress.page(True)
    progress.hide()
    err = capsys.readouterr().err
    assert ("1 pages" in err) == shown
    assert err == "" or err.endswith("\r\x1b[K")
