from pathlib import Path

import pytest

from text_recognizer.decoding.config import DecodingConfig, read_decoding
from text_recognizer.tooling.command import command_parser
from training.decoding.tuning_command import add_search_arguments, save_search


def test_a_saved_search_is_read_for_its_network_alone(tmp_path: Path) -> None:
    config = DecodingConfig(decoder="beam", language_model="English")
    save_search(tmp_path, "0" * 64, config, {"greedy": {"cer": 0.1}}, "3 lines")
    assert read_decoding(tmp_path, "0" * 64) == config
    assert '"measured_on": "3 lines; ms of ' in (tmp_path / "decoding.json").read_text(encoding="utf-8")


def test_the_decoder_is_one_of_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    parser = command_parser("Tune.")
    add_search_arguments(parser, "English", "greedy")
    options = parser.parse_args([])
    assert (options.language_model, options.default, options.save) == ("English", "greedy", False)
    with pytest.raises(SystemExit):
        parser.parse_args(["--default", "best"])
    assert "invalid choice: 'best'" in capsys.readouterr().err
