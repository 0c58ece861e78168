"""Logits of the validation lines of many hands: what languages are compared and confidences calibrated on."""

from collections.abc import Iterator, Sequence

from text_recognizer.datasets.corpora.plain_text import plain_text
from text_recognizer.datasets.labelled_lines.folders import read_line_folder
from text_recognizer.line_predictor import LinePredictor
from text_recognizer.tooling.data_root import raw_dir
from text_recognizer.tooling.selection import spread
from training.decoding.line_logits import LineLogits, line_logits, validation_lines

PAGE_LINES = 15  # whose language is chosen together: about what a page of a letter has


def validation_sets(
    predictor: LinePredictor, limit: int | None = None
) -> Iterator[tuple[str, list[LineLogits]]]:
    """Yield the validation lines of IAM, then of each set of many_hands that is there, with the set's name.

    Args:
        predictor: Whose network to run.
        limit: Lines of each set, spread over it; None for all.

    Raises:
        ConfigError: If the limit is below 1.
        DataError: If IAM is missing, or a set is damaged.
    """
    yield "iam", line_logits(predictor, validation_lines(limit))
    for folder in sorted(path.parent for path in raw_dir("many_hands").glob("*/source.tsv")):
        read = read_line_folder(folder)
        held_out = [line for line in read.images if read.splits.get(line.id) == "validation"]
        if not held_out:
            continue
        lines = spread(held_out, limit)
        logits = predictor.predict_logits([predictor.prepare(folder / line.id) for line in lines])
        found = [
            LineLogits(f"{folder.name}/{line.id}", plain_text(line.text), each)
            for line, each in zip(lines, logits, strict=True)
        ]
        yield folder.name, found


def pages(lines: Sequence[LineLogits]) -> list[Sequence[LineLogits]]:
    """Return lines in groups of `PAGE_LINES`, in their order; the last may be shorter."""
    return [lines[start : start + PAGE_LINES] for start in range(0, len(lines), PAGE_LINES)]
