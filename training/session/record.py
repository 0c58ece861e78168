"""With what a run was trained: code, packages, data and machine, each time that it began or went on."""

import dataclasses
import functools
import importlib.metadata
import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import keras

from text_recognizer.files import write_json
from text_recognizer.tooling.checkout import current_commit
from text_recognizer.tooling.hardware import hardware
from training.gpu.nvidia_smi import gpu_names

ENVIRONMENT = "environment.json"


@dataclass(frozen=True)
class Session:
    """What a run was trained with from one start to its end or kill.

    ```python
    from training.session.record import Session

    session = Session.now({"EmnistDataset": "0123"})
    print(session.commit, session.backend, session.packages["numpy"])
    ```

    Attributes:
        started: Time in UTC, ISO 8601.
        commit: Of this checkout; `+` behind it if files differ from it.
        python: Version.
        system: Of the machine.
        hardware: Processor, cores and GPUs.
        backend: Of Keras.
        packages: Version of every installed package.
        data: Digest of every data set, by its class.
    """

    started: str
    commit: str
    python: str
    system: str
    hardware: str
    backend: str
    packages: Mapping[str, str]
    data: Mapping[str, str]

    @classmethod
    def now(cls, data: Mapping[str, str]) -> "Session":
        """Return what this process trains with."""
        return cls(
            datetime.now(UTC).isoformat(timespec="seconds"),
            current_commit(),
            platform.python_version(),
            platform.platform(),
            ", ".join([hardware(), *gpu_names()]),
            keras.backend.backend(),
            dict(packages()),
            dict(data),
        )

    def differences(self, other: "Session") -> list[str]:
        """Return in what another session differs, a line each: `name: here -> there`, None for nothing."""
        fields = [field.name for field in dataclasses.fields(self) if field.name != "started"]
        lines = []
        for name in fields:
            here, there = getattr(self, name), getattr(other, name)
            if isinstance(here, str):
                here, there = {name: here}, {name: there}
            keys = sorted(set(here) | set(there))
            lines += [f"{k}: {here.get(k)} -> {there.get(k)}" for k in keys if here.get(k) != there.get(k)]
        return lines


@functools.cache
def packages() -> dict[str, str]:
    """Return the version of every installed package, by its name in lower case."""
    found = importlib.metadata.distributions()
    return dict(sorted((each.metadata["Name"].lower(), each.version) for each in found))


def add_session(run_dir: Path, session: Session) -> None:
    """Add a session to those of a run."""
    earlier = [dataclasses.asdict(each) for each in sessions(run_dir)]
    write_json(run_dir / ENVIRONMENT, [*earlier, dataclasses.asdict(session)])


def sessions(run_dir: Path) -> list[Session]:
    """Return the sessions of a run, in order; none if it has no record that this version understands."""
    try:
        entries: list[dict[str, Any]] = json.loads((run_dir / ENVIRONMENT).read_text(encoding="utf-8"))
        return [Session(**entry) for entry in entries]
    except (OSError, ValueError, TypeError):
        return []
