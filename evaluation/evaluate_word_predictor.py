"""Score the word predictor on all test sets of scene text in one table, by the protocol of the field.

Word accuracy and 1 - NED of IIIT5K (3,000 words), IC13 (1,015 and 857) and IC15 (2,077, and 1,811 if the
list of that subset is here), with 95 % intervals; words in capitals against the others of IIIT5K; images per
second from the files to the texts. `--dataset` and `--also` name any other folder with labelled words.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from typing import Any

from evaluation.common import argument_parser, describe_run, run_evaluation, timed
from evaluation.evaluate_line_predictor import add_decoder_argument, describe_decoder
from evaluation.items.words import (
    PROTOCOL,
    SCENE_TEXT,
    WordSet,
    load_or_blank,
    main_words,
    markdown_table,
    score,
    score_case,
    score_set,
    unscored_subsets,
    word_sets,
    worst_words,
)
from text_recognizer.datasets.labelled.images import LabelledImage
from text_recognizer.tooling.selection import spread
from text_recognizer.word_predictor import DEFAULT_WORD_MODEL, WordPredictor

BATCH_WORDS = 64  # handed over at a time
TIMED_WORDS = 200  # enough for a median of the time of one


def read_words(predictor: WordPredictor, words: Sequence[LabelledImage]) -> tuple[list[str], float]:
    """Return the texts of words, and the seconds from their files to their texts."""
    started = time.perf_counter()
    texts: list[str] = []
    for start in range(0, len(words), BATCH_WORDS):
        images = [load_or_blank(word) for word in words[start : start + BATCH_WORDS]]
        texts += [prediction.text for prediction in predictor.predict_batch(images)]
    return texts, time.perf_counter() - started


def evaluate(options: argparse.Namespace) -> tuple[str, dict[str, Any]]:
    """Score the sets; returns the name of the result and the result."""
    predictor = WordPredictor(options.weights, decoder=options.decoder)
    also = getattr(options, "also", [])
    sets = word_sets(options.dataset, options.split, also, options.limit)
    predictions, seconds = [], 0.0
    for each in sets:
        texts, taken = read_words(predictor, each.words)
        predictions.append(texts)
        seconds += taken
    scores = {each.name: score_set(each, texts) for each, texts in zip(sets, predictions, strict=True)}
    rows = {name: row for of_set in scores.values() for name, row in of_set.items()}
    sys.stdout.write(markdown_table(rows) + "\n")
    everything = [word for each in sets for word in each.words]
    result = {
        **describe_run(predictor.artifact, options, options.dataset),
        **describe_decoder(predictor),
        "protocol": PROTOCOL,
        "ms_per_item": timed(
            lambda image: predictor.predict(image).text, spread(everything, TIMED_WORDS), load_or_blank
        )[1],
        "images_per_second": len(everything) / seconds,
        **_together(sets[: len(sets) - len(also)], predictions),
        "sets": rows,
        **unscored_subsets(sets),
        **_capitals(sets, predictions),
        "worst": {each.name: worst_words(each, texts) for each, texts in zip(sets, predictions, strict=True)},
    }
    chosen = "" if options.decoder is None else f"_{options.decoder}"
    name = f"word_predictor_{options.weights}{chosen}_on_{options.dataset}_{options.split}"
    return name.replace("/", "_"), result


def _together(sets: Sequence[WordSet], predictions: Sequence[Sequence[str]]) -> dict[str, Any]:
    """Return the scores over the words of the first sets, each set by the subset that it counts by."""
    words, texts = [], []
    for each, of_set in zip(sets, predictions, strict=False):
        counted = {word.id for word in main_words(each)}
        chosen = [i for i, word in enumerate(each.words) if word.id in counted]
        words += [each.words[i] for i in chosen]
        texts += [of_set[i] for i in chosen]
    return score(words, texts)


def _capitals(sets: Sequence[WordSet], predictions: Sequence[Sequence[str]]) -> dict[str, Any]:
    """Return the scores by case of IIIT5K; nothing if it is not among the sets."""
    for each, texts in zip(sets, predictions, strict=True):
        if each.name == "IIIT5K":
            return {"case_of_iiit5k": score_case(each.words, texts)}
    return {}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = argument_parser(__doc__, DEFAULT_WORD_MODEL)
    parser.add_argument(
        "--dataset",
        default=SCENE_TEXT,
        help="scene_text (all its sets), or a folder of the mirror with labelled words; default: %(default)s",
    )
    parser.add_argument(
        "--also", nargs="+", default=[], metavar="FOLDER",
        help="more folders of the mirror for the same table; of generated words, the validation part counts",
    )  # fmt: skip
    add_decoder_argument(parser)
    return run_evaluation(parser, evaluate, arguments)


if __name__ == "__main__":
    sys.exit(main())
