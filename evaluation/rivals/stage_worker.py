"""A checkout reads pages, stage by stage, behind a pipe: image files come in, texts and times go out.

Its argument is the folder of the checkout, whose text_recognizer it imports. It imports nothing else of this
project, so that two checkouts, an older and a newer one, can be measured in turns.
"""

import functools
import importlib
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

# What is timed, `module:name`; what a stage calls of another one counts for that one alone. Names that a
# checkout lacks are left out: their time counts for whatever calls them.
STAGES = {
    "load": ["paragraph_text_recognizer:load_image"],
    "preparation": ["paragraph_text_recognizer:prepare_page", "sheet_reader:written_ink"],
    "detection": ["line_detector:LineDetector.find_all_lines", "sheet_reader:find_notes"],
    "detector network": ["line_detector:LineDetector._run"],
    "cutting": [
        "page_reading:cut_out",
        "page_reading:outline",
        "sheet_reader:cut_lines",
    ],
    "kinds": [
        "page_reading:print_evidence",
        "page_reading:strokes_of",
        "page_reading:line_kinds",
    ],
    "line preparation": ["line_predictor:ink_to_mapped_line"],
    "line network": ["line_predictor:LinePredictor._logits"],
    "search": ["decoding.line_decoder:decode_beam"],
    "confidences": ["decoding.line_decoder:LineDecoder.decode"],
    "places": ["page_reading:place"],
}
REST = "rest"


class Stopwatch:
    """Adds up the processor time of stages.

    ```python
    from evaluation.rivals.stage_worker import Stopwatch

    watch = Stopwatch()
    total = watch.timed("adding", sum)([1, 2])
    print(total, watch.seconds["adding"] >= 0)
    ```

    Attributes:
        seconds: Of each stage so far; `rest` has what belongs to none.
    """

    def __init__(self) -> None:
        """Begin with the rest."""
        self.seconds: dict[str, float] = {}
        self._running = [REST]
        self._since = time.process_time()

    def timed(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function whose time counts for a stage."""

        @functools.wraps(function)
        def measured(*args: Any, **kwargs: Any) -> Any:
            self.note()
            self._running.append(stage)
            try:
                return function(*args, **kwargs)
            finally:
                self.note()
                self._running.pop()

        return measured

    def note(self) -> None:
        """Add the time since the last call to the stage that runs."""
        now = time.process_time()
        self.seconds[self._running[-1]] = self.seconds.get(self._running[-1], 0.0) + now - self._since
        self._since = now


def owner_of(place: str) -> Any:
    """Return the module or class that has what `place` names; None if there is nothing of that name."""
    module, _, path = place.partition(":")
    *owners, name = path.split(".")
    try:
        owner = functools.reduce(getattr, owners, importlib.import_module(f"text_recognizer.{module}"))
    except (ImportError, AttributeError):
        return None
    return owner if hasattr(owner, name) else None


def install(watch: Stopwatch) -> None:
    """Have the stages of the imported checkout timed."""
    for stage, places in STAGES.items():
        for place in places:
            owner, name = owner_of(place), place.rpartition(":")[2].rpartition(".")[2]
            if owner is not None:
                setattr(owner, name, watch.timed(stage, getattr(owner, name)))


def main() -> None:
    """Load the models and answer until the pipe ends, a line of JSON for each file."""
    sys.path.insert(0, sys.argv[1])
    watch = Stopwatch()
    install(watch)
    package = importlib.import_module("text_recognizer")
    if not Path(str(package.__file__)).is_relative_to(sys.argv[1]):
        sys.exit(f"There is no text_recognizer in {sys.argv[1]}; expected the folder of a checkout.")
    recognizer = package.ParagraphTextRecognizer(
        package.LineDetector(threads=1), package.LinePredictor(threads=1)
    )
    for line in sys.stdin:
        watch.note()
        watch.seconds.clear()
        page = recognizer.predict(json.loads(line))
        watch.note()
        print(json.dumps({"seconds": watch.seconds, "page": page.to_dict()}), flush=True)


if __name__ == "__main__":
    main()
