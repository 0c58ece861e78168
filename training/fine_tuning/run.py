"""From a folder of labelled lines to a model that reads their hand: learn, judge, save."""

import logging
import math
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from text_recognizer.datasets.corpora.plain_text import plain_text
from text_recognizer.datasets.dataset import Split
from text_recognizer.datasets.labelled_lines.dataset import LabelledLinesDataset
from text_recognizer.datasets.labelled_lines.folders import read_line_folder
from text_recognizer.decoding.config import DecoderName
from text_recognizer.errors import ConfigError, DataError
from text_recognizer.inference.own_models import own_models_dir
from text_recognizer.models.base import Model
from text_recognizer.tooling.checkout import current_commit
from text_recognizer.vocabulary import base_of, vocabulary_name
from training.build import SampleFormat
from training.config import ExperimentConfig, TrainConfig
from training.export.install import Provenance
from training.exported import ExportedModel, exported_model
from training.fine_tuning.judging import Judge, Readings
from training.fine_tuning.other_lines import OtherLines, other_lines
from training.fine_tuning.plan import FineTuneConfig, Plan, plan_of
from training.fine_tuning.saving import save
from training.fine_tuning.tuner import Tuner
from training.fitting.mixture import usable
from training.fitting.teachers import build_training

logger = logging.getLogger(__name__)

_DATASET = "LabelledLinesDataset"
_MIN_LINES = 2  # that have a character which looks like none that is known
_SAVING_SECONDS = 40.0  # of the given minutes, for export and int8
_REPORTED = {"before", "after", "others", "others_before", "others_after", "decoder", "added"}
_STEPS_PER_READING = 3.0  # a line that is learned takes as long as so many that are read


@dataclass(frozen=True)
class Report:
    """What fine-tuning has brought, in character error rates, 0-1 and above.

    ```python
    from training.fine_tuning.run import Report

    report = Report("mine", ["mine"], 10, "", "greedy", 0.2, 0.1, "IAM", 0.05, 0.052)
    print(report.describe())
    ```

    Attributes:
        name: Of the model.
        written: The models that were written.
        judged: Lines that judged, none of which was learned from.
        added: Characters that were added to the alphabet.
        decoder: What reads best, by these lines.
        before: Of the base, read by its own decoder.
        after: Of what was learned; None if that was not measured.
        others: What the lines of other hands are.
        others_before: On these.
        others_after: On these.
    """

    name: str
    written: Sequence[str]
    judged: int
    added: str
    decoder: DecoderName
    before: float
    after: float | None
    others: str
    others_before: float
    others_after: float

    def describe(self) -> str:
        """Return it as lines of text."""
        after = "not measured" if self.after is None else f"{100 * self.after:.1f} %"
        rows = [
            f"CER on {self.judged} lines not learned from: {100 * self.before:.1f} % before, {after} after",
            f"CER on {self.others}: {100 * self.others_before:.1f} % before, "
            f"{100 * self.others_after:.1f} % after",
        ]
        if self.added:
            rows.append(f"The alphabet was extended by {self.added!r}.")
        rows += [f"Saved: {name}" for name in self.written]
        rows.append(f"Use it: text-recognizer recognize --weights {self.written[-1]} IMAGE")
        return "\n".join(rows)


def fine_tune(
    folders: Sequence[str], name: str, base: str, config: FineTuneConfig, models_dir: Path | None = None
) -> Report:
    """Teach a line model the hand of labelled lines, and save the result.

    Args:
        folders: With labelled lines, see `read_line_folder`.
        name: Of the new model.
        base: Name or folder of the model to start from, with weights to train on.
        config: How.
        models_dir: Where to save; default: the folder of the user's own models.

    Raises:
        DataError: If there are no lines, or fewer than two that can be used.
        ArtifactError: If the base is missing or unfit, or the result cannot be exported.
        ConfigError: If the alphabet of the base cannot be extended.
    """
    deadline = _deadline(config.minutes)
    trained = exported_model(base)
    added = _new_characters(folders, trained.vocabulary)
    experiment = _experiment(folders, base, trained, added, config)
    dataset = LabelledLinesDataset(**experiment.dataset_args)
    dataset.load_or_generate_data()
    model, _ = build_training(experiment, SampleFormat.of(dataset))
    lines, held_out = _usable(dataset.train, model), _held_out(dataset, model)
    plan = plan_of(lines, held_out, config.seed)
    others = other_lines(dataset.height, dataset.width, dataset.normalize)
    judge = Judge(trained.folder, model.vocabulary)
    logger.info(
        "%d lines to learn from, %d to judge by; %d epochs", len(plan.learned), plan.judged, plan.epochs
    )
    before, others_before, plan = _before(model, judge, plan, others, deadline)
    tuner = Tuner(model, config, others.shown)
    finished = tuner.learn(plan.learned, plan.epochs, "learning", deadline)
    weights = model.network.get_weights()
    after = judge.read(model, plan.held_out) if plan.held_out is not None else None
    others_after = judge.read(model, others.judged)
    if finished and plan.folds:
        after = _cross_validated(tuner, judge, plan, deadline)
    model.network.set_weights(weights)
    decoder = _decoder(judge, after)
    report = Report(
        name, [], plan.judged, added, decoder, before.cer(_own(judge)),
        None if after is None else after.cer(decoder), others.name,
        others_before.cer(_own(judge)), others_after.cer(decoder),
    )  # fmt: skip
    provenance = _provenance(experiment, model, dataset, report, plan, folders, base)
    decoding = replace(judge.config, decoder=decoder)
    written = save(model, provenance, name, plan.learned, others, decoding, models_dir or own_models_dir())
    return replace(report, written=written)


def _deadline(minutes: float | None) -> float:
    """Return when learning has to end, as `time.monotonic()` tells the time."""
    return math.inf if minutes is None else time.monotonic() + 60 * minutes - _SAVING_SECONDS


def _new_characters(folders: Sequence[str], known: str) -> str:
    """Return the characters of the labelled lines that a model does not know and can learn, sorted.

    That are those that look like one which it knows, and those that occur in several lines: what occurs once
    is a slip more often than a character, and cannot be learned. Its line is left out.

    Raises:
        DataError: If a folder is missing or has no labelled lines.
    """
    texts = [image.text for folder in folders for image in read_line_folder(Path(folder)).images]
    lines = Counter(character for text in texts for character in set(plain_text(text)) - set(known))
    return "".join(sorted(c for c, count in lines.items() if count >= _MIN_LINES or base_of(c) in {*known}))


def _experiment(
    folders: Sequence[str], base: str, trained: ExportedModel, added: str, config: FineTuneConfig
) -> ExperimentConfig:
    """Return the experiment that the manifest states, from which the network is built."""
    of_base = ExperimentConfig.from_dict(trained.manifest["experiment"])
    spec = trained.manifest["input"]
    if spec.get("kind") != "line" or trained.manifest.get("decoding") != "ctc":
        raise ConfigError(f"Expected a line model whose logits are frames for CTC; received {base}.")
    given = any(read_line_folder(Path(folder)).splits for folder in folders)
    split = {"split": "given"} if given else {"split": "random", "validation_fraction": 0, "test_fraction": 0}
    arguments = {
        "folders": [str(Path(folder).absolute()) for folder in folders], "height": spec["height"],
        "normalize": bool(spec.get("normalize")), "vocabulary": vocabulary_name(trained.vocabulary + added),
        **split,
    }  # fmt: skip
    return ExperimentConfig(
        _DATASET, of_base.model, of_base.network, arguments, of_base.network_args,
        train_args=TrainConfig(
            batch_size=config.batch_size, learning_rate=config.learning_rate,
            warmup_steps=config.warmup_steps, weight_decay=config.weight_decay, clip_norm=config.clip_norm,
            init_from=base, seed=config.seed,
        ),
        experiment_group="fine-tune",
    )  # fmt: skip


def _usable(split: Split, model: Model) -> Split:
    """Return the lines that can be learned.

    Raises:
        DataError: If fewer than two are left: one cannot judge the other.
    """
    lines = usable(split, model.reject, "train")
    if len(lines) < 2:
        raise DataError(f"Expected at least 2 labelled lines that can be used; found {len(lines)}.")
    return lines


def _held_out(dataset: LabelledLinesDataset, model: Model) -> Split | None:
    """Return the lines that the folders keep apart; None if they keep none."""
    parts = [dataset.validation, dataset.test]
    kept = Split(
        [name for each in parts for name in each.ids],
        [image for each in parts for image in each.images],
        [text for each in parts for text in each.targets],
    )
    return usable(kept, model.reject, "validation") if len(kept) else None


def _before(
    model: Model, judge: Judge, plan: Plan, others: OtherLines, deadline: float
) -> tuple[Readings, Readings, Plan]:
    """Return how the base reads the lines that judge and those of other hands, and a plan that has time."""
    began = time.monotonic()
    judged = [plan.held_out] if plan.held_out is not None else [fold.judged for fold in plan.folds]
    own, count = Readings(), 0
    for lines in judged:
        own.extend(judge.read(model, lines))
        count += len(lines)
    other = judge.read(model, others.judged)
    now = time.monotonic()
    seconds_a_line = _STEPS_PER_READING * (now - began) / (count + len(others.judged))
    logger.info("CER before: %.1f %%", 100 * own.cer(_own(judge)))
    left = deadline - now - 2 * (now - began)  # the same readings come once more, afterwards
    if seconds_a_line * plan.views <= left:
        return own, other, plan
    epochs = max(1, int(plan.epochs * max(0.0, left) / (seconds_a_line * plan.views)))
    logger.info("%d epochs instead of %d fit into the time", epochs, plan.epochs)
    return own, other, replace(plan, epochs=epochs)


def _cross_validated(tuner: Tuner, judge: Judge, plan: Plan, deadline: float) -> Readings | None:
    """Return how lines are read by networks that have not learned them; None if there was no time for it."""
    readings = Readings()
    for number, fold in enumerate(plan.folds, 1):
        title = f"cross-validation {number} of {len(plan.folds)}"
        if not tuner.learn(fold.learned, plan.epochs, title, deadline):
            return None
        readings.extend(judge.read(tuner.model, fold.judged))
    return readings


def _own(judge: Judge) -> DecoderName:
    """Return the decoder of the base, if it can be used with the alphabet."""
    return judge.config.decoder if judge.config.decoder in judge.decoders else "greedy"


def _decoder(judge: Judge, after: Readings | None) -> DecoderName:
    """Return what reads best after learning; the base's decoder where that was not measured."""
    return _own(judge) if after is None else after.best


def _provenance(
    experiment: ExperimentConfig, model: Model, dataset: LabelledLinesDataset, report: Report, plan: Plan,
    folders: Sequence[str], base: str,
) -> Provenance:  # fmt: skip
    """Return what the manifest says."""
    return Provenance(
        model=experiment.model, dataset=experiment.dataset, network=experiment.network, kind="line",
        vocabulary=model.vocabulary, downsampling=model.downsampling, experiment=experiment.to_dict(),
        commit=current_commit(), data_hash=dataset.data_hash, epoch=plan.epochs,
        scores={} if report.after is None else {"cer": report.after}, decoding="ctc",
        normalize=dataset.normalize,
        fine_tuned={
            "base": base, "folders": list(folders), "lines": len(plan.learned), "judged": report.judged,
            **{k: v for k, v in asdict(report).items() if k in _REPORTED},
        },
    )  # fmt: skip
