"""The values among which a sweep searches: lists of choices and intervals of numbers, by dotted key."""

import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import optuna

from text_recognizer.errors import ConfigError

_INTERVAL_KEYS = {"from", "to", "log", "step"}


@dataclass(frozen=True)
class Space:
    """What may be chosen.

    ```python
    from training.sweeping.space import Space

    space = Space.from_json({"train_args.batch_size": [64, 128], "network_args.layer_sizes": [[8], [8, 8]]})
    print(list(space.grid()))
    print(space.values({"train_args.batch_size": 64, "network_args.layer_sizes": "[8, 8]"}))
    ```

    Attributes:
        choices: Values of each key that has a list of them.
        intervals: `from`, `to`, `log` and `step` of each key that has an interval, inclusive at both ends.
    """

    choices: Mapping[str, list[Any]]
    intervals: Mapping[str, Mapping[str, Any]]

    @classmethod
    def from_json(cls, search: Any) -> "Space":
        """Read `{KEY: [VALUE, ...] or {"from": LOW, "to": HIGH, "log": true, "step": STEP}}`.

        Raises:
            ConfigError: If it has another form.
        """
        if not isinstance(search, dict) or not search:
            raise ConfigError(f"Expected an object of keys to search over; received {search!r}.")
        choices = {key: entry for key, entry in search.items() if isinstance(entry, list) and entry}
        intervals = {key: _interval(key, entry) for key, entry in search.items() if key not in choices}
        return cls(choices, intervals)

    def suggest(self, trial: optuna.Trial) -> None:
        """Let the sampler choose a value of every key."""
        for key, values in self.choices.items():
            trial.suggest_categorical(key, [_plain(value) for value in values])
        for key, entry in self.intervals.items():
            low, high, log, step = entry["from"], entry["to"], entry["log"], entry["step"]
            if isinstance(low, int) and isinstance(high, int):
                trial.suggest_int(key, low, high, log=log, step=1 if step is None else step)
            else:
                trial.suggest_float(key, low, high, log=log, step=step)

    def values(self, parameters: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the values of a trial by dotted key; None if it has not got all of them."""
        if set(parameters) != {*self.choices, *self.intervals}:
            return None
        chosen = dict(parameters)
        for key, values in self.choices.items():
            chosen[key] = next(value for value in values if _plain(value) == chosen[key])
        return chosen

    def grid(self) -> Iterator[dict[str, Any]]:
        """Yield the parameters of every combination.

        Raises:
            ConfigError: If there is an interval, which has no end of values.
        """
        if self.intervals:
            raise ConfigError(f"A grid needs lists of values; {', '.join(self.intervals)} have intervals.")
        for combination in itertools.product(*self.choices.values()):
            yield dict(zip(self.choices, map(_plain, combination), strict=True))


def _plain(value: Any) -> Any:
    """Return a value as Optuna stores it: lists and objects as their JSON."""
    return json.dumps(value) if isinstance(value, list | dict) else value


def _interval(key: str, entry: Any) -> dict[str, Any]:
    known = isinstance(entry, dict) and {"from", "to"} <= entry.keys() <= _INTERVAL_KEYS
    if not known or not all(isinstance(entry[end], int | float) for end in ("from", "to")):
        raise ConfigError(
            f"Expected a list of values for {key}, or an object with from, to and perhaps log or step; "
            f"received {entry!r}."
        )
    if not entry["from"] < entry["to"]:
        raise ConfigError(f"The interval of {key} is empty: from {entry['from']} to {entry['to']}.")
    return {"log": False, "step": None, **entry}
