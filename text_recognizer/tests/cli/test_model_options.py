import argparse
from pathlib import Path

import pytest

from text_recognizer.cli.model_options import (
    add_language_argument,
    add_model_arguments,
    check_language,
    check_model,
)

DEFAULT = "default_model"


def parsed(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_model_arguments(parser, "word", DEFAULT)
    return parser.parse_args(arguments, argparse.Namespace(parser=parser))


def test_models_are_chosen_by_name_folder_and_decoder(tmp_path: Path) -> None:
    args = parsed("--weights", "other", "--weights-dir", str(tmp_path), "--decoder", "beam")
    assert (args.weights, args.weights_dir, args.decoder) == ("other", tmp_path, "beam")
    args = parsed()
    assert (args.weights, args.weights_dir, args.decoder) == (DEFAULT, None, None)


def test_a_language_needs_beam_search(capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    add_model_arguments(parser, "line", DEFAULT)
    add_language_argument(parser)
    with_parser = argparse.Namespace(parser=parser)
    for allowed in (["--language", "fr"], ["--language", "none", "--decoder", "greedy"], []):
        check_language(parser.parse_args(allowed, with_parser))
    assert parser.parse_args([]).language == "auto"
    with pytest.raises(SystemExit) as caught:
        check_language(parser.parse_args(["--language", "fr", "--decoder", "greedy"], with_parser))
    assert caught.value.code == 2
    assert "--language: expected beam search" in capsys.readouterr().err


def test_unknown_models_are_refused_with_the_names_of_the_known_ones(
    weights: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    check_model(parsed(), DEFAULT)
    check_model(parsed("--weights", "tiny_line"), DEFAULT)
    with pytest.raises(SystemExit) as caught:
        check_model(parsed("--weights", "nothing"), DEFAULT)
    assert caught.value.code == 2
    assert "tiny_line" in capsys.readouterr().err
