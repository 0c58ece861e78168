"""The models that were made of corrections: listed, loaded when somebody asks for one, removed."""

import re
import shutil
import threading
from collections import OrderedDict

from api.recognition import load_lines
from text_recognizer import ParagraphTextRecognizer
from text_recognizer.errors import ArtifactError, InvalidInputError
from text_recognizer.inference import artifacts
from text_recognizer.inference.artifacts import Artifact
from text_recognizer.inference.own_models import own_models_dir
from text_recognizer.line_detector import LineDetector

PREFIX = "hand-"  # only models of such names are offered and removed: others of the user stay private
INT8 = "_int8"
MAX_LOADED = 2  # of the models in memory, some 30 MB each

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")


def model_name(given: str) -> str:
    """Return the name of the model for a name that people gave.

    Raises:
        InvalidInputError: If it has other characters than a-z, 0-9 and `-`, or more than 31.
    """
    if not _NAME.fullmatch(given):
        raise InvalidInputError(
            f"Expected ?name= of up to 31 characters a-z, 0-9 and -; received {given[:80]!r}."
        )
    return PREFIX + given


class LearnedModels:
    """The models in the user's own folder that begin with `PREFIX`; threads share it.

    ```python
    from api.fine_tuning.learned import LearnedModels
    from text_recognizer import LineDetector

    learned = LearnedModels(LineDetector(), threads=1)
    print(learned.names())
    ```
    """

    def __init__(self, detector: LineDetector, threads: int) -> None:
        """Load nothing yet.

        Args:
            detector: Finds the lines of pages.
            threads: Number of threads of one prediction.
        """
        self._detector, self._threads = detector, threads
        self._loaded: OrderedDict[tuple[str, str], ParagraphTextRecognizer] = OrderedDict()
        self._lock = threading.Lock()

    def names(self) -> list[str]:
        """Return their names, sorted; of a model that is there in int8 as well, only that one's."""
        names = [name for name in artifacts.runnable(own_models_dir()) if name.startswith(PREFIX)]
        return [name for name in names if name + INT8 not in names]

    def artifacts(self) -> list[Artifact]:
        """Return what is known about them; a damaged one is left out."""
        found = []
        for name in self.names():
            try:
                found.append(artifacts.find(name, "line", own_models_dir()))
            except ArtifactError:
                continue
        return found

    def recognizer(self, name: str) -> ParagraphTextRecognizer | None:
        """Return what reads pages with a model; None if there is none of this name.

        Raises:
            ArtifactError: If it is damaged.
        """
        if name not in self.names():
            return None
        digest = artifacts.find(name, "line").sha256
        with self._lock:
            key = name, digest  # another model may have taken the name
            if key not in self._loaded:
                predictor = load_lines(name, self._threads)
                self._loaded[key] = ParagraphTextRecognizer(self._detector, predictor)
            self._loaded.move_to_end(key)
            while len(self._loaded) > MAX_LOADED:
                self._loaded.popitem(last=False)
            return self._loaded[key]

    def remove(self, name: str) -> bool:
        """Remove a model, in int8 and in float32; tell whether there was one."""
        if name not in self.names():
            return False
        for each in {name, name.removesuffix(INT8)}:
            shutil.rmtree(own_models_dir() / each, ignore_errors=True)
        return True
