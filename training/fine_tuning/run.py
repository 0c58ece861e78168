"""From a folder of labelled lines to a model that reads their hand: learn, judge, save."""

import logging
import math
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from text_recognizer.arrays import Floats
from text_recognizer.datasets.dataset import Split
from text_recognizer.inference.own_models import own_models_dir
from text_recognizer.models.base import Model
from text_recognizer.tooling.checkout import current_commit
from training.export.install import Provenance
from training.exported import exported_model
from training.fine_tuning.judging import Judge, Readings
from training.fine_tuning.learning import Learned, Learning, Others, expected_views
from training.fine_tuning.other_lines import OtherLines, narrowest, other_lines
from training.fine_tuning.own_lines import OwnLines, own_lines
from training.fine_tuning.pages import page_lines
from training.fine_tuning.plan import FineTuneConfig, Plan, others_per_line, plan_of
from training.fine_tuning.report import Report
from training.fine_tuning.saving import save
from training.fine_tuning.status import SAVING_SECONDS, StatusFile
from training.fine_tuning.tuner import Tuner

logger = logging.getLogger(__name__)

_REPORTED = {"before", "after", "others", "others_before", "others_after", "decoder", "added", "page_lines"}
_READINGS_PER_VIEW = 3.0  # take as long as one view of a line in training


@dataclass(frozen=True)
class Taught:
    """A network that has learned lines, and what led to it.

    ```python
    import dataclasses

    from training.fine_tuning.run import Taught

    print([field.name for field in dataclasses.fields(Taught)])
    ```

    Attributes:
        own: The lines, and the network.
        plan: How they were learned.
        judge: Reads lines with the network.
        others: Lines of other hands.
        learned: What the trainings have brought.
        before: How the base reads the lines that judge.
        others_before: How it reads the lines of other hands that judge.
        start: Its weights, (...,) each.
    """

    own: OwnLines
    plan: Plan
    judge: Judge
    others: OtherLines
    learned: Learned
    before: Readings
    others_before: Readings
    start: Sequence[Floats]


def fine_tune(
    folders: Sequence[str],
    name: str,
    base: str,
    config: FineTuneConfig,
    status: StatusFile,
    pages: Sequence[str] = (),
) -> Report:
    """Teach a line model the hand of labelled lines, and save the result among the user's own models.

    Args:
        folders: With labelled lines, see `read_line_folder`.
        name: Of the new model.
        base: Name or folder of the model to start from, with weights to train on.
        config: How.
        status: Gets each step.
        pages: Folders with images of pages of the hand that nobody has transcribed.

    Raises:
        DataError: If there are no lines, or fewer than two that can be used, or none on the pages.
        ArtifactError: If the base is missing or unfit, or the result cannot be exported.
        ConfigError: If the alphabet of the base cannot be extended.
    """
    taught = teach(folders, base, config, status, pages)
    own, judge, plan, learned = taught.own, taught.judge, taught.plan, taught.learned
    decoder = judge.own if learned.after is None else learned.after.best
    report = Report(
        name, [], plan.judged, own.added, decoder, taught.before.cer(judge.own),
        None if learned.after is None else learned.after.cer(decoder), taught.others.name,
        taught.others_before.cer(judge.own), learned.others.cer(decoder), learned.page_lines,
    )  # fmt: skip
    status.enter("saving", cer_after=report.after, others_cer_after=report.others_after)
    provenance = _provenance(own, report, plan, folders, base)
    decoding = replace(judge.config, decoder=decoder)
    written = save(own.model, provenance, name, plan.learned, taught.others, decoding, own_models_dir())
    status.done(written)
    return replace(report, written=written)


def teach(
    folders: Sequence[str], base: str, config: FineTuneConfig, status: StatusFile, pages: Sequence[str] = ()
) -> Taught:
    """Teach a line model the hand of labelled lines; see `fine_tune`, which saves the result.

    Raises:
        DataError: If there are no lines, or fewer than two that can be used, or none on the pages.
        ArtifactError: If the base is missing or unfit.
        ConfigError: If the alphabet of the base cannot be extended.
    """
    deadline = _deadline(config.minutes)
    trained = exported_model(base)
    own = own_lines(folders, base, trained, config)
    model, dataset = own.model, own.dataset
    plan = plan_of(own.lines, own.held_out, config.seed)
    others = other_lines(dataset.height, dataset.width, dataset.normalize)
    judge = Judge(trained.folder, model.vocabulary)
    status.enter("before")
    unlabelled = page_lines(pages, dataset) if pages else Split([], [], [])
    before, others_before, plan = _before(model, judge, plan, others, unlabelled, config.replay, deadline)
    rates = {"cer_before": before.cer(judge.own), "others_cer_before": others_before.cer(judge.own)}
    status.enter("learning", **rates)
    tuner = Tuner(model, config, narrowest(others.shown))
    remembered = Others(others.judged, others_before, config.max_forgetting)
    learned = Learning(tuner, judge, plan, remembered, unlabelled, deadline, status).run()
    return Taught(own, plan, judge, others, learned, before, others_before, tuner.start)


def _deadline(minutes: float | None) -> float:
    """Return when learning has to end, as `time.monotonic()` tells the time."""
    return math.inf if minutes is None else time.monotonic() + 60 * minutes - SAVING_SECONDS


def _before(
    model: Model, judge: Judge, plan: Plan, others: OtherLines, pages: Split, replay: float, deadline: float
) -> tuple[Readings, Readings, Plan]:
    """Return how the base reads the lines that judge and those of other hands, and a plan that has time."""
    logger.info(
        "%d lines to learn from, %d to judge by; %d epochs", len(plan.learned), plan.judged, plan.epochs
    )
    began = time.monotonic()
    judged = [plan.held_out] if plan.held_out is not None else [fold.judged for fold in plan.folds]
    own, count = Readings(), 0
    for lines in judged:
        own.extend(judge.read(model, lines))
        count += len(lines)
    other = judge.read(model, others.judged)
    now = time.monotonic()
    seconds_a_line = _READINGS_PER_VIEW * (now - began) / (count + len(others.judged))
    logger.info("CER before: %.1f %%", 100 * own.cer(judge.own))
    left = deadline - now - 2 * (now - began)  # the same readings come once more, afterwards
    views = expected_views(plan, pages) * (1 + others_per_line(len(plan.learned), replay))
    if seconds_a_line * views <= left:
        return own, other, plan
    epochs = max(1, int(plan.epochs * max(0.0, left) / (seconds_a_line * views)))
    logger.info("%d epochs instead of %d fit into the time", epochs, plan.epochs)
    return own, other, replace(plan, epochs=epochs)


def _provenance(own: OwnLines, report: Report, plan: Plan, folders: Sequence[str], base: str) -> Provenance:
    """Return what the manifest says."""
    experiment, model = own.experiment, own.model
    return Provenance(
        model=experiment.model, dataset=experiment.dataset, network=experiment.network, kind="line",
        vocabulary=model.vocabulary, downsampling=model.downsampling, experiment=experiment.to_dict(),
        commit=current_commit(), data_hash=own.dataset.data_hash, epoch=plan.epochs,
        scores={} if report.after is None else {"cer": report.after}, decoding="ctc",
        normalize=own.dataset.normalize,
        fine_tuned={
            "base": base, "folders": list(folders), "lines": len(plan.learned), "judged": report.judged,
            **{k: v for k, v in asdict(report).items() if k in _REPORTED},
        },
    )  # fmt: skip
