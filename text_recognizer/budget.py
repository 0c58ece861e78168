"""How much processor time a prediction may take, and what it does without when that runs out."""

import math
import time
from collections.abc import Callable

_PREPARATION_SHARE = 0.3  # of the time; the rest is for finding the lines and reading some of them
_RULES_SHARE = 0.6  # of the time, for both preparation and rules of the paper: isometric A4 takes half


class SearchTimeError(Exception):
    """The time for the beam search ran out in the middle of a line; the line is then decoded greedily.

    ```python
    from text_recognizer.budget import Budget, SearchTimeError

    try:
        Budget(search_seconds=0.0).check_search()
    except SearchTimeError as error:
        print(error)
    ```
    """


def _nothing() -> None:
    pass


class Budget:
    """The time of one prediction: first the beam search is given up, then the lines that are left.

    One object per prediction. `clock` must count the work of all threads that predict: for a predictor with
    one thread that of the calling thread, otherwise that of the process.

    ```python
    from text_recognizer import ParagraphTextRecognizer
    from text_recognizer.budget import Budget

    page = ParagraphTextRecognizer().predict(f"{folder}/page.png", Budget(search_seconds=2.0, seconds=3.0))
    print(page.complete, len(page.lines))
    ```

    Attributes:
        give_way: Lets other predictions go first, between two steps of this one.
        greedy_lines: Number of lines that were decoded greedily because the search would have taken too long.
        unprepared: Whether a part of the page's preparation was left out.
    """

    def __init__(
        self,
        search_seconds: float = math.inf,
        seconds: float = math.inf,
        until: float = math.inf,
        clock: Callable[[], float] = time.process_time,
        give_way: Callable[[], None] = _nothing,
    ) -> None:
        """Begin to count.

        Args:
            search_seconds: Seconds of `clock` after which no beam search goes on.
            seconds: Seconds of `clock` after which no further line is read.
            until: `time.monotonic()` after which no further line is read either.
            clock: Processor time in seconds.
            give_way: Called before each line and each step of the detection; may let others go first.
        """
        self._search_seconds, self._seconds, self._until = search_seconds, seconds, until
        self._clock, self.give_way = clock, give_way
        self._start = clock()
        self._lines_left = 1
        self._searched_lines, self._searched_seconds = 0, 0.0
        self.greedy_lines = 0
        self.unprepared = False

    @property
    def spent(self) -> float:
        """Seconds of `clock` so far."""
        return self._clock() - self._start

    @property
    def exhausted(self) -> bool:
        """Whether no further line may be read."""
        return self.spent >= self._seconds or time.monotonic() >= self._until

    def affords(self, seconds: float) -> bool:
        """Tell whether so many more seconds of `clock` are within the budget."""
        return self.spent + seconds < self._seconds

    def may_prepare(self) -> bool:
        """Tell whether the next step of a page's preparation may be done; if not, `unprepared` says so."""
        self.unprepared |= self.exhausted or self.spent >= _PREPARATION_SHARE * self._seconds
        return not self.unprepared

    def may_erase(self) -> bool:
        """Tell whether work on the rules of the paper may go on; if not, `unprepared` says so."""
        over = self.exhausted or self.spent >= _RULES_SHARE * self._seconds
        self.unprepared |= over
        return not over

    def charge(self, seconds: float) -> None:
        """Count work that was done elsewhere, for example in another process."""
        self._start -= seconds

    def expect(self, lines: int) -> None:
        """Say how many lines are to be read, so that the search is given up in time for the last one."""
        self._lines_left = lines

    def begin_line(self) -> bool:
        """Let others go first, then tell whether the next line may be read."""
        self.give_way()
        return not self.exhausted

    def may_search(self) -> bool:
        """Tell whether the next line may be searched: whether that fits into its share of the time left."""
        mean = self._searched_seconds / self._searched_lines if self._searched_lines else 0.0
        share = (self._search_seconds - self.spent) / max(1, self._lines_left)
        return share > 0 and share >= mean

    def check_search(self) -> None:
        """Go on with the search of a line.

        Raises:
            SearchTimeError: If its time has run out.
        """
        if self.spent >= self._search_seconds or time.monotonic() >= self._until:
            raise SearchTimeError("The time for the beam search has run out.")

    def end_line(self, seconds: float, searched: bool) -> None:
        """Note that a line was read.

        Args:
            seconds: Of `clock`, for this line.
            searched: Whether by beam search; False if it was given up for lack of time.
        """
        self._lines_left -= 1
        if searched:
            self._searched_lines += 1
            self._searched_seconds += seconds
        else:
            self.greedy_lines += 1
