"""Measure what a few lines of a hand bring: `python -m training.fine_tuning.measure --document NAME ...`.

Each document is learned from some of its lines and judged by others, which are the same for every number of
lines. Forgetting is measured on validation lines of IAM that fine-tuning itself does not look at.
"""

import argparse
import gc
import logging
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
from PIL import Image

from text_recognizer.arrays import GrayImage
from text_recognizer.datasets.dataset import Split
from text_recognizer.datasets.iam.lines_dataset import IamLinesDataset
from text_recognizer.datasets.labelled.images import LabelledImage
from text_recognizer.datasets.labelled_lines.folders import read_line_folder
from text_recognizer.errors import DataError
from text_recognizer.tooling.command import add_mirror_argument, command_parser, run_command
from text_recognizer.tooling.data_root import raw_dir
from training.fine_tuning.__main__ import DEFAULT_BASE
from training.fine_tuning.plan import FineTuneConfig, part
from training.fine_tuning.run import Taught, teach
from training.fine_tuning.status import StatusFile

logger = logging.getLogger(__name__)

_LEAST_JUDGED_SHARE = 0.25  # of a document; short ones teach fewer lines than asked
_PAGE_MARGIN_PX = 40  # around lines that are set as a page: about half of their height
_IAM_SHARE = 0.5  # of its validation lines, less those that fine-tuning looks at: 94 lines


@dataclass(frozen=True)
class Measurement:
    """What the lines of one document have brought; character error rates are 0-1 and above.

    ```python
    from training.fine_tuning.measure import Measurement

    row = Measurement("letters", 0, 10, 57, 0.3, 0.2, 0.04, 0.041, 0.85, 0, 43.0)
    print(row.relative, row.cells())
    ```

    Attributes:
        document: Its name.
        seed: Of the choice of lines and of the training.
        lines: That were learned.
        judged: Lines that judged.
        before: Of the base on these.
        after: Of what has learned.
        others_before: Of the base on lines of IAM.
        others_after: Of what has learned.
        share: Of the change that was kept, 0-1.
        page_lines: Unlabelled lines that were learned from.
        seconds: Of processor time, without saving.
    """

    document: str
    seed: int
    lines: int
    judged: int
    before: float
    after: float
    others_before: float
    others_after: float
    share: float
    page_lines: int
    seconds: float

    @property
    def relative(self) -> float:
        """The error rate after learning as a part of that before."""
        return self.after / self.before

    def cells(self) -> list[str]:
        """Return the cells of a row of the table."""
        return [
            self.document, f"{self.seed}", f"{self.lines}", f"{self.judged}", f"{100 * self.before:.1f}",
            f"{100 * self.after:.1f}", f"{self.relative:.2f}", f"{100 * self.others_before:.2f}",
            f"{100 * self.others_after:.2f}", f"{self.share:.2f}", f"{self.page_lines}",
            f"{self.seconds:.0f}",
        ]  # fmt: skip


_HEAD = [
    "document", "seed", "lines", "judged", "CER before", "after", "relative", "IAM before", "after", "kept",
    "page lines", "processor s",
]  # fmt: skip


def table(asked: Mapping[int, Sequence[Measurement]]) -> str:
    """Return a Markdown table of the measurements for each number of lines asked for, with their means."""
    rows = [_HEAD, ["---"] * len(_HEAD)]
    for lines, measured in asked.items():
        rows += [each.cells() for each in measured]
        relative = np.mean([each.relative for each in measured])
        forgotten = 100 * np.mean([each.others_after - each.others_before for each in measured])
        rows.append(
            [f"**mean, {lines}**", *[""] * 5, f"**{relative:.2f}**", "", f"**{forgotten:+.2f}**", *[""] * 3]
        )
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def document_lines(name: str) -> list[LabelledImage]:
    """Return the lines of a document.

    Args:
        name: `FOLDER`, all of whose lines are taken for one document, or `FOLDER:DOCUMENT`; the folder is a
            path, or one of the mirror or of `<data root>/raw`.

    Raises:
        DataError: If it has fewer than 4 lines.
    """
    folder, _, document = name.partition(":")
    lines = [line for line in read_line_folder(raw_dir(folder)).images if document in ("", line.group)]
    if len(lines) < 4:
        raise DataError(f"{name} has {len(lines)} labelled lines; expected at least 4.")
    return lines


def parts_of(
    lines: Sequence[LabelledImage], count: int, most: int, seed: int
) -> tuple[list[LabelledImage], list[LabelledImage], list[LabelledImage]]:
    """Return lines that teach, lines that judge, and the rest.

    Args:
        lines: Of a document.
        count: How many of them teach, if there are enough.
        most: The largest number that any measurement asks for, which decides how many judge.
        seed: Of the choice.
    """
    order = np.random.default_rng(seed).permutation(len(lines))
    judging = max(len(lines) - most, round(_LEAST_JUDGED_SHARE * len(lines)))
    cuts = (order[judging : judging + count], order[:judging], order[judging + count :])
    taught, judged, rest = ([lines[int(i)] for i in np.sort(cut)] for cut in cuts)
    return taught, judged, rest


def write_parts(folder: Path, taught: Sequence[LabelledImage], judged: Sequence[LabelledImage]) -> None:
    """Write lines as a folder that `fine-tune` takes, in which those that judge are kept apart."""
    (folder / "splits").mkdir(parents=True)
    rows = []
    for split, lines in (("train", taught), ("test", judged)):
        names = [f"{split}_{number:03d}.png" for number in range(len(lines))]
        for name, line in zip(names, lines, strict=True):
            Image.fromarray(line.load()).save(folder / name)
            rows.append(f"{name}\t{line.text}\n")
        (folder / "splits" / f"{split}.txt").write_text("\n".join(names), encoding="utf-8")
    (folder / "labels.tsv").write_text("".join(rows), encoding="utf-8")


def page_of(images: Sequence[GrayImage]) -> GrayImage:
    """Return a page (H, W) of lines (h, w) one below the other, on paper as bright as theirs."""
    margin = _PAGE_MARGIN_PX
    height = sum(image.shape[0] + margin for image in images) + margin
    paper = int(np.median([np.percentile(image, 90) for image in images]))
    page = np.full((height, max(image.shape[1] for image in images) + 2 * margin), paper, np.uint8)
    top = margin
    for image in images:
        page[top : top + image.shape[0], margin : margin + image.shape[1]] = image
        top += image.shape[0] + margin
    return page


def measure(
    name: str, count: int, most: int, seed: int, base: str, use_rest: bool, known: dict[str, float]
) -> Measurement:
    """Return what some lines of a document bring.

    Args:
        name: Of the document, see `document_lines`.
        count: Lines that teach.
        most: See `parts_of`.
        seed: Of the choice of lines and of the training.
        base: Name or folder of the model to start from.
        use_rest: Whether the rest of the lines, if there is one, teaches too, without texts, set as a page.
        known: Error rates of the base on lines of IAM by the characters that were added to it; grows.

    Raises:
        DataError: If the document is missing or too short, or IAM is not here.
    """
    taught, judged, rest = parts_of(document_lines(name), count, most, seed)
    with tempfile.TemporaryDirectory() as scratch:
        lines, pages = Path(scratch) / "lines", Path(scratch) / "pages"
        write_parts(lines, taught, judged)
        if use_rest and rest:
            pages.mkdir()
            Image.fromarray(page_of([line.load() for line in rest])).save(pages / "page.png")
        began = time.process_time()
        result = teach(
            [str(lines)], base, FineTuneConfig(seed=seed), StatusFile(None, name),
            [str(pages)] if pages.is_dir() else [],
        )  # fmt: skip
        seconds = time.process_time() - began
    return _measurement(name.rpartition("/")[2], seed, result, seconds, known)


def _measurement(
    document: str, seed: int, result: Taught, seconds: float, known: dict[str, float]
) -> Measurement:
    """Return the rates of what was taught."""
    own, judge, network = result.own, result.judge, result.own.model.network
    after = judge.read(own.model, result.plan.held_out or Split([], [], []))
    unseen = _unseen_lines(result)
    others_after = judge.read(own.model, unseen)
    decoder = judge.own
    if own.added not in known:
        network.set_weights(result.start)
        known[own.added] = judge.read(own.model, unseen).cer(decoder)
    return Measurement(
        document, seed, len(result.plan.learned), result.plan.judged, result.before.cer(decoder),
        after.cer(decoder), known[own.added], others_after.cer(decoder), result.learned.share,
        result.learned.page_lines, seconds,
    )  # fmt: skip


def _unseen_lines(result: Taught) -> Split:
    """Return validation lines of IAM that fine-tuning has not looked at.

    Raises:
        DataError: If IAM is not here.
    """
    dataset = result.own.dataset
    iam = IamLinesDataset(
        dataset.height, dataset.width, subsample_fraction=_IAM_SHARE, normalize=dataset.normalize
    )
    iam.load_or_generate_data()
    seen = {*result.others.judged.ids}
    return part(iam.validation, np.flatnonzero([name not in seen for name in iam.validation.ids]))


def argument_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = command_parser(__doc__)
    parser.add_argument(
        "--document", action="append", required=True, metavar="NAME",
        help="FOLDER, whose lines are taken for one document, or FOLDER:DOCUMENT; may be given several times",
    )  # fmt: skip
    parser.add_argument("--lines", type=int, nargs="+", default=[10, 50], metavar="N", help="that teach")
    parser.add_argument("--seeds", type=int, default=1, metavar="N", help="how often each is measured")
    parser.add_argument("--base", default=DEFAULT_BASE, help="model to start from; default: %(default)s")
    parser.add_argument(
        "--pages", action="store_true", help="the other lines of a document teach too, without their texts"
    )
    add_mirror_argument(parser)
    return parser


def _work(options: argparse.Namespace) -> None:
    asked: dict[int, list[Measurement]] = {count: [] for count in options.lines}
    most, known = max(options.lines), dict[str, float]()
    for name in options.document:
        for seed in range(options.seeds):
            for count, measured in asked.items():
                row = measure(name, count, most, seed, options.base, options.pages, known)
                logger.info("%s", " | ".join(row.cells()))
                measured.append(row)
                keras.backend.clear_session()
                gc.collect()  # of graphs, which hold the data of a whole training
    sys.stdout.write(f"{table(asked)}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    return run_command(argument_parser(), _work, arguments)


if __name__ == "__main__":
    sys.exit(main())
