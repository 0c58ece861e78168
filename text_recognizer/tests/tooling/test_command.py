import argparse
import io
import logging
import sys
from pathlib import Path

import pytest

from text_recognizer.errors import DataError
from text_recognizer.tooling.command import add_mirror_argument, command_parser, run_command
from text_recognizer.tooling.data_root import mirror


def parser() -> argparse.ArgumentParser:
    made = command_parser("Do something: `python -m something`.\n\nWith details.")
    made.prog = "something"
    made.add_argument("--count", type=int, default=1)
    add_mirror_argument(made, "--data-root")
    return made


def test_the_first_line_of_a_docstring_describes_the_command() -> None:
    assert parser().description == "Do something: `python -m something`."
    assert command_parser(None).description == ""


def test_work_gets_the_options_and_success_is_0() -> None:
    seen: list[int] = []
    assert run_command(parser(), lambda options: seen.append(options.count), ["--count", "3"]) == 0
    assert seen == [3]


@pytest.mark.parametrize("name", ["--mirror", "--data-root"])
def test_the_mirror_is_set_before_the_work_begins(data_root: Path, tmp_path: Path, name: str) -> None:
    seen: list[Path | None] = []
    assert run_command(parser(), lambda _: seen.append(mirror()), [name, str(tmp_path)]) == 0
    assert seen == [tmp_path]


@pytest.mark.parametrize(
    ("error", "status", "message"),
    [
        (DataError("no data\n  here"), 1, "something: no data here"),
        (FileNotFoundError(2, "No such file", "a.txt"), 1, "something: [Errno 2] No such file: 'a.txt'"),
        (KeyboardInterrupt(), 130, "something: interrupted"),
    ],
)
def test_errors_are_one_line_and_a_status(
    error: BaseException, status: int, message: str, caplog: pytest.LogCaptureFixture
) -> None:
    def work(_: argparse.Namespace) -> None:
        raise error

    with caplog.at_level(logging.ERROR):
        assert run_command(parser(), work, []) == status
    assert [record.getMessage() for record in caplog.records] == [message]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a full device")
def test_a_full_disk_below_stdout_is_one_line(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with Path("/dev/full").open("wb") as full, caplog.at_level(logging.ERROR):
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(full))
        assert run_command(parser(), lambda _: print("done"), []) == 1
        sys.stdout.flush()  # as the end of the process does
    assert [record.getMessage() for record in caplog.records] == [
        "something: [Errno 28] No space left on device"
    ]


def test_other_errors_are_faults_of_the_program_and_shown_whole() -> None:
    def work(_: argparse.Namespace) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_command(parser(), work, [])
    with pytest.raises(SystemExit) as caught:
        run_command(parser(), work, ["--unknown"])
    assert caught.value.code == 2
