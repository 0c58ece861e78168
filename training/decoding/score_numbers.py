"""How many numbers are read exactly: `python -m training.decoding.score_numbers --mirror DIR`.

Draws amounts, dates, times and post codes in handwriting fonts and reads each as a line. The fonts are those
of the training, the texts are new; what decodes them was chosen, and confidences were fitted, in other fonts.
A confidence of 0.9 should mean that nine of ten are right.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence

import numpy as np

from text_recognizer.arrays import GrayImage
from text_recognizer.datasets.synthetic.fonts import HandwritingFont
from text_recognizer.decoding.config import DECODERS
from text_recognizer.line_predictor import DEFAULT_LINE_MODEL, LinePredictor
from text_recognizer.tooling.command import add_mirror_argument, command_parser, run_command
from training.decoding.number_lines import KINDS, fitting_fonts, scored_fonts, write_number

SURE = 0.9  # confidence that readers may rely on
_SEED = 1  # other texts than those that confidences are calibrated on


def written(
    kind: str, texts: int, seed: int = _SEED, fonts: Sequence[HandwritingFont] | None = None
) -> Iterator[tuple[str, GrayImage]]:
    """Yield texts of a kind, some in each of the fonts that have their characters, and their images (H, W).

    Args:
        kind: Of `KINDS`.
        texts: In each font.
        seed: Of texts and writing.
        fonts: To write with; default: those that numbers are scored in.

    Raises:
        DataError: If there are no handwriting fonts.
    """
    for number, font in enumerate(scored_fonts() if fonts is None else fonts):
        rng = np.random.default_rng([seed, number])
        for _ in range(texts):
            text = KINDS[kind](rng)
            if font.has(text):
                yield text, write_number(text, font, rng)


def _work(options: argparse.Namespace) -> None:
    predictor = LinePredictor(options.weights, decoder=options.decoder)
    fonts = fitting_fonts() if options.fitting else scored_fonts()
    for kind in KINDS:
        images = written(kind, options.texts, fonts=fonts)
        read = [(text, predictor.predict(image)) for text, image in images]
        exact = np.array([line.text == text for text, line in read])
        sure = np.array([line.confidence >= SURE for _, line in read])
        of_sure = f"{exact[sure].mean():.2f}" if sure.any() else "none"
        sys.stdout.write(
            f"{kind}: {len(read)} texts, {exact.mean():.2f} exact; of {int(sure.sum())} with a confidence "
            f"of {SURE} and more: {of_sure}\n"
        )
        sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = command_parser(__doc__)
    add_mirror_argument(parser)
    parser.add_argument("--weights", default=DEFAULT_LINE_MODEL, help="line model; default: %(default)s")
    parser.add_argument("--decoder", choices=DECODERS, help="default: what the model's decoding.json says")
    parser.add_argument("--texts", type=int, default=2, help="of each kind in each font; default: 2")
    parser.add_argument("--fitting", action="store_true", help="in the fonts that choices are made in")
    return run_command(parser, _work, arguments)


if __name__ == "__main__":
    sys.exit(main())
