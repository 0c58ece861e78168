"""The GPUs of this machine, as the command nvidia-smi lists them."""

import math
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

from text_recognizer.errors import ConfigError

NVIDIA_SMI = ("nvidia-smi",)

_FIELDS = "index,uuid,memory.used,memory.total,utilization.gpu"


@dataclass(frozen=True)
class Gpu:
    """One GPU at one moment.

    Attributes:
        index: In the order of the PCI bus, which is nvidia-smi's.
        uuid: Such as `GPU-0a1b...`; the same in every container and after every boot.
        memory_used: MiB; NaN where the driver does not say.
        memory_total: MiB; NaN where the driver does not say.
        utilization: Percent of the last sample period in which a kernel ran; NaN as above.
    """

    index: int
    uuid: str
    memory_used: float
    memory_total: float
    utilization: float

    @property
    def memory_fraction(self) -> float:
        """Part of the memory in use, 0-1; 0 where the driver does not say."""
        fraction = self.memory_used / self.memory_total if self.memory_total else math.nan
        return 0.0 if math.isnan(fraction) else fraction


def visible_gpus(command: Sequence[str] = NVIDIA_SMI) -> list[Gpu]:
    """Return the GPUs that CUDA_VISIBLE_DEVICES leaves to this process; none without the command.

    Args:
        command: How to call nvidia-smi.

    Raises:
        ConfigError: If nvidia-smi is here but fails, as it does without its driver.
    """
    if shutil.which(command[0]) is None:
        return []
    process = subprocess.run(
        [*command, f"--query-gpu={_FIELDS}", "--format=csv,noheader,nounits"],
        capture_output=True,
        text=True,
        check=False,
    )
    if "no devices were found" in (process.stdout + process.stderr).lower():
        return []
    try:
        process.check_returncode()
        gpus = [_parse(line) for line in process.stdout.splitlines() if line.strip()]
    except (subprocess.CalledProcessError, ValueError) as error:
        said = (process.stdout + process.stderr).strip()[:200]
        raise ConfigError(
            f"Expected {command[0]} to list the GPUs; received {said!r} ({error}). Repair the driver, or "
            "train without --gpu."
        ) from error
    return [gpu for gpu in gpus if _visible(gpu)]


def gpu_names(command: Sequence[str] = NVIDIA_SMI) -> list[str]:
    """Return the product names of all GPUs of this machine; none without the command or its driver.

    Args:
        command: How to call nvidia-smi.
    """
    if shutil.which(command[0]) is None:
        return []
    query = [*command, "--query-gpu=name", "--format=csv,noheader"]
    process = subprocess.run(query, capture_output=True, text=True, check=False)
    return [] if process.returncode else [line.strip() for line in process.stdout.splitlines()]


def _parse(line: str) -> Gpu:
    index, uuid, *numbers = (cell.strip() for cell in line.split(","))
    used, total, utilization = (_number(cell) for cell in numbers)
    return Gpu(int(index), uuid, used, total, utilization)


def _number(cell: str) -> float:
    return math.nan if cell.startswith("[") else float(cell)  # [N/A], [Not Supported]


def _visible(gpu: Gpu) -> bool:
    stated = os.environ.get("CUDA_VISIBLE_DEVICES")
    if stated is None:
        return True
    names = [name.strip() for name in stated.split(",")]
    return any(name == str(gpu.index) or (name and gpu.uuid.startswith(name)) for name in names)
