"""What the language models are worth: `python -m training.language_model.compare [--limit LINES]`.

Reads validation lines of IAM and of each set of many_hands greedily, in each language, in the neutral one,
and in what is chosen for every 15 lines (`auto`) or for each line by itself (`alone`): `unknown` if no
language model knows it. Characters that the line model lacks are folded in what is compared, so that a set
judges the choice of letters alone.
"""

import argparse
import sys
from collections.abc import Sequence

from text_recognizer.arrays import Logits
from text_recognizer.decoding.greedy import best_path
from text_recognizer.decoding.line_decoder import LineDecoder
from text_recognizer.errors import ConfigError
from text_recognizer.line_predictor import DEFAULT_LINE_MODEL, LinePredictor
from text_recognizer.metrics.text import character_error_rate
from text_recognizer.predictions.languages import LANGUAGES
from text_recognizer.tooling.command import add_mirror_argument, command_parser, run_command
from text_recognizer.tooling.selection import add_limit_argument
from text_recognizer.vocabulary import Vocabulary, folded
from training.decoding.hand_lines import PAGE_LINES, validation_sets


def readings(
    logits: Sequence[Logits], decoder: LineDecoder, vocabulary: Vocabulary
) -> tuple[dict[str, list[str]], list[str]]:
    """Return the texts of lines by the name of what read them, and what was chosen for each page.

    Args:
        logits: (T_i, C) of each line; those of a page follow each other.
        decoder: With the languages.
        vocabulary: Meaning of the labels.
    """
    found = {"greedy": [vocabulary.decode(best_path(line)) for line in logits]}
    for choice in (*LANGUAGES, "none"):
        known = decoder.language_of([], choice)  # type: ignore[arg-type]
        found[choice] = [decoder.decode(line, known=known).text for line in logits]
    languages: list[str] = []
    for name, lines in (("auto", PAGE_LINES), ("alone", 1)):
        pages = [logits[start : start + lines] for start in range(0, len(logits), lines)]
        chosen = [decoder.language_of(page) for page in pages]
        found[name] = [
            decoder.decode(line, known=known).text
            for page, known in zip(pages, chosen, strict=True)
            for line in page
        ]
        if name == "auto":
            languages = ["unknown" if known is None else known.language or "unknown" for known in chosen]
    return found, languages


def _work(options: argparse.Namespace) -> None:
    predictor = LinePredictor(options.weights, decoder="beam")
    vocabulary, decoder = predictor.vocabulary, predictor.decoder
    if decoder is None:
        raise ConfigError(f"{options.weights} is not decoded with language models. Name another one.")
    for name, lines in validation_sets(predictor, options.limit):
        found, pages = readings([line.logits for line in lines], decoder, vocabulary)
        truth = [folded(line.text, vocabulary) for line in lines]
        row = "  ".join(f"{by} {100 * character_error_rate(read, truth):.2f} %" for by, read in found.items())
        sys.stdout.write(f"{name}, {len(lines)} lines: {row}  chosen: {' '.join(pages)}\n")
        sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = command_parser(__doc__)
    parser.add_argument("--weights", default=DEFAULT_LINE_MODEL, help="line model; default: %(default)s")
    add_limit_argument(parser, "lines of each set")
    add_mirror_argument(parser)
    return run_command(parser, _work, arguments)


if __name__ == "__main__":
    sys.exit(main())
