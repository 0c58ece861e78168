"""What fine-tuning has brought, for people and for the manifest."""

from collections.abc import Sequence
from dataclasses import dataclass

from text_recognizer.decoding.config import DecoderName


@dataclass(frozen=True)
class Report:
    """What fine-tuning has brought, in character error rates, 0-1 and above.

    ```python
    from training.fine_tuning.report import Report

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
        page_lines: Lines of unlabelled pages that were learned from.
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
    page_lines: int = 0

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
        if self.page_lines:
            rows.append(f"Learned from {self.page_lines} lines of the pages, too.")
        rows += [f"Saved: {name}" for name in self.written]
        rows.append(f"Use it: text-recognizer recognize --weights {self.written[-1]} IMAGE")
        return "\n".join(rows)
