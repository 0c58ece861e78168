"""The shells themselves complete commands, options and values."""

import shutil
import subprocess

import pytest

from text_recognizer.cli.command import main

Capture = pytest.CaptureFixture[str]


def script(shell: str, capsys: Capture) -> str:
    assert main(["completion", shell]) == 0
    return capsys.readouterr().out


def completed(code: str, *words: str) -> set[str]:
    quoted = " ".join(f"'{word}'" for word in words)
    call = f"COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; _text_recognizer; echo ${{COMPREPLY[@]}}"
    process = subprocess.run(["bash", "-c", f"{code}\n{call}"], capture_output=True, text=True, check=True)
    assert not process.stderr
    return set(process.stdout.split())


@pytest.mark.process
def test_bash_completes(capsys: Capture) -> None:
    code = script("bash", capsys)
    assert completed(code, "text-recognizer", "re") == {"recognize"}
    assert {"doctor", "words", "--version"} <= completed(code, "text-recognizer", "")
    assert completed(code, "text-recognizer", "recognize", "--re") == {"--recursive", "--resume"}
    assert completed(code, "text-recognizer", "recognize", "--decoder", "") == {"greedy", "beam"}
    assert completed(code, "text-recognizer", "recognize", "pa") == set()  # files, by the shell
    assert completed(code, "text-recognizer", "completion", "") == {"bash", "zsh", "fish"}


@pytest.mark.process
@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_accept_the_script(shell: str, capsys: Capture) -> None:
    code = script(shell, capsys)
    assert "recognize" in code
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    subprocess.run([shell, "-n"], input=code, text=True, check=True)


def test_every_option_is_offered_with_its_values(capsys: Capture) -> None:
    fish = script("fish", capsys)
    assert "-n '__fish_seen_subcommand_from recognize' -s o -l output -r" in fish
    assert "-l decoder -r -f -a 'greedy beam'" in fish
    zsh = script("zsh", capsys)
    assert "'--resume[" in zsh
    assert ":(greedy beam)'" in zsh
    assert "'1:word:(bash zsh fish)'" in zsh
    assert "-n '__fish_seen_subcommand_from completion' -f -a 'bash zsh fish'" in fish
