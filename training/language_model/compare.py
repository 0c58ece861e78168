"""What language models are worth: `python -m training.language_model.compare FILE.json ...`.

Reads validation lines of each set of many_hands greedily, with the language model of the line model, with
one trained by each file, and with the one that explains the greedy readings of a page best: the one to which
they are most probable. Characters that the line model lacks are folded, in what the language models learn and
in what is compared, so that a set judges the choice of letters alone.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from text_recognizer.arrays import Logits
from text_recognizer.datasets.corpora.plain_text import plain_text
from text_recognizer.datasets.labelled_lines.folders import read_line_folder
from text_recognizer.decoding.beam_search import BeamSearchConfig, decode_beam
from text_recognizer.decoding.config import read_decoding
from text_recognizer.decoding.greedy import best_path
from text_recognizer.decoding.language_model.lexicon import Lexicon
from text_recognizer.decoding.language_model.loading import load_language_model
from text_recognizer.decoding.language_model.model import LanguageModel
from text_recognizer.decoding.language_model.ngram_file import decode_ngrams, encode_ngrams
from text_recognizer.line_predictor import DEFAULT_LINE_MODEL, LinePredictor
from text_recognizer.metrics.text import character_error_rate
from text_recognizer.tooling.command import add_mirror_argument, command_parser, run_command
from text_recognizer.tooling.data_root import raw_dir
from text_recognizer.tooling.selection import add_limit_argument, spread
from text_recognizer.vocabulary import Vocabulary, base_of
from training.language_model.corpora import CORPORA
from training.language_model.kneser_ney import estimate
from training.language_model.train import LanguageModelConfig, words_of

PAGE_LINES = 15  # whose language is chosen together: about what a page of a letter has


def folded(text: str, vocabulary: Vocabulary) -> str:
    """Return a text within a vocabulary: other characters become what they look like, or are left out.

    >>> folded("café ☐", Vocabulary("acef "))
    'cafe '
    """
    kept = []
    for character in text:
        known: str | None = character
        while known is not None and known not in vocabulary:
            known = base_of(known)
        kept.append(known or "")
    return "".join(kept)


def best_explaining(texts: Sequence[str], models: Mapping[str, LanguageModel], vocabulary: Vocabulary) -> str:
    """Return the name of the language model to which texts are most probable; the first among equals."""
    labels = [vocabulary.encode(text).tolist() for text in texts]
    return max(models, key=lambda name: sum(models[name].log_probability(line) for line in labels))


def trained(config: LanguageModelConfig, vocabulary: Vocabulary) -> LanguageModel:
    """Return a language model of a vocabulary, by the recipe in a file.

    Raises:
        DataError: If its texts are missing.
    """
    texts = [folded(text, vocabulary) for text in CORPORA[config.texts](config.seed).train]
    ngrams = encode_ngrams(*estimate(texts, vocabulary, config.order, config.minimum_counts))
    sys.stdout.write(f"{config.name}: {len(ngrams):,} bytes\n")
    return LanguageModel(vocabulary.characters, *decode_ngrams(ngrams), words_of(texts))


def readings(
    logits: Sequence[Logits],
    models: Mapping[str, LanguageModel],
    beam: BeamSearchConfig,
    vocabulary: Vocabulary,
) -> dict[str, list[str]]:
    """Return the texts of lines by the name of what read them.

    Args:
        logits: (T_i, C) of each line; those of a page follow each other.
        models: Language models of the vocabulary.
        beam: How to search.
        vocabulary: Meaning of the labels.
    """
    found = {"greedy": [vocabulary.decode(best_path(line)) for line in logits]}
    for name, model in models.items():
        lexicon = Lexicon(model.words, vocabulary)
        found[name] = [vocabulary.decode(decode_beam(line, beam, model, lexicon)) for line in logits]
    chosen: list[str] = []
    for start in range(0, len(logits), PAGE_LINES):
        page = slice(start, start + PAGE_LINES)
        chosen += found[best_explaining(found["greedy"][page], models, vocabulary)][page]
    return {**found, "chosen": chosen}


def _work(options: argparse.Namespace) -> None:
    predictor = LinePredictor(options.weights, decoder="greedy")
    vocabulary, artifact = predictor.vocabulary, predictor.artifact
    config = read_decoding(artifact.path.parent, artifact.sha256)
    models = {config.language_model: load_language_model(config.language_model)}
    for path in options.configs:
        recipe = LanguageModelConfig.from_file(path)
        models[recipe.name] = trained(recipe, vocabulary)
    for folder in sorted(path.parent for path in raw_dir("many_hands").glob("*/source.tsv")):
        found = read_line_folder(folder)
        held_out = [line for line in found.images if found.splits.get(line.id) == "validation"]
        if not held_out:
            continue
        lines = spread(held_out, options.limit)
        logits = predictor.predict_logits([predictor.prepare(folder / line.id) for line in lines])
        truth = [folded(plain_text(line.text), vocabulary) for line in lines]
        rates = {
            name: character_error_rate(texts, truth)
            for name, texts in readings(logits, models, config.beam, vocabulary).items()
        }
        row = "  ".join(f"{name} {100 * rate:.2f} %" for name, rate in rates.items())
        sys.stdout.write(f"{folder.name}, {len(lines)} lines: {row}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = command_parser(__doc__)
    parser.add_argument("configs", type=Path, nargs="+", help="as training/language_models/french_6gram.json")
    parser.add_argument("--weights", default=DEFAULT_LINE_MODEL, help="line model; default: %(default)s")
    add_limit_argument(parser, "lines of each set")
    add_mirror_argument(parser)
    return run_command(parser, _work, arguments)


if __name__ == "__main__":
    sys.exit(main())
