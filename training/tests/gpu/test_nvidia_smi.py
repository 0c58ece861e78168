"""What nvidia-smi says, read."""

import math
from collections.abc import Callable
from pathlib import Path

import pytest

from text_recognizer.errors import ConfigError
from training.gpu.nvidia_smi import Gpu, gpu_names, visible_gpus

FakeGpus = Callable[..., Path]

TWO = ("0, GPU-aa, 1024, 4096, 17", "1, GPU-bb, 0, 4096, 0")


def test_gpus_are_read(fake_gpus: FakeGpus, tmp_path: Path) -> None:
    fake_gpus(*TWO)
    assert visible_gpus() == [Gpu(0, "GPU-aa", 1024, 4096, 17), Gpu(1, "GPU-bb", 0, 4096, 0)]
    assert visible_gpus()[0].memory_fraction == 0.25
    query = (tmp_path / "queries").read_text().splitlines()[0]
    assert query == (
        "--query-gpu=index,uuid,memory.used,memory.total,utilization.gpu --format=csv,noheader,nounits"
    )


def test_what_the_driver_does_not_say_is_nan(fake_gpus: FakeGpus) -> None:
    fake_gpus("0, GPU-aa, [N/A], [N/A], [Not Supported]")
    (gpu,) = visible_gpus()
    assert math.isnan(gpu.utilization)
    assert gpu.memory_fraction == 0


@pytest.mark.parametrize(
    ("stated", "indices"),
    [("1", [1]), ("0,1", [0, 1]), ("GPU-bb", [1]), ("GPU-a", [0]), ("", []), ("-1", []), ("7", [])],
)
def test_a_choice_made_outside_is_kept(
    fake_gpus: FakeGpus, monkeypatch: pytest.MonkeyPatch, stated: str, indices: list[int]
) -> None:
    fake_gpus(*TWO)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", stated)
    assert [gpu.index for gpu in visible_gpus()] == indices


def test_without_the_command_or_a_device_there_is_none(fake_gpus: FakeGpus) -> None:
    assert visible_gpus(("no-such-command-as-this",)) == []
    fake_gpus("No devices were found")
    assert visible_gpus() == []


def test_a_failing_command_is_an_error_that_quotes_it(fake_gpus: FakeGpus, tmp_path: Path) -> None:
    fake_gpus("what is this")
    with pytest.raises(ConfigError, match=r"list the GPUs; received 'what is this'"):
        visible_gpus()
    (tmp_path / "bin" / "nvidia-smi").write_text("#!/bin/sh\necho driver mismatch >&2\nexit 9\n")
    with pytest.raises(ConfigError, match=r"'driver mismatch'.*exit status 9.*Repair the driver"):
        visible_gpus()


def test_products_are_named(fake_gpus: FakeGpus, tmp_path: Path) -> None:
    fake_gpus("NVIDIA H200", "NVIDIA H200")
    assert gpu_names() == ["NVIDIA H200", "NVIDIA H200"]
    assert (tmp_path / "queries").read_text().splitlines() == ["--query-gpu=name --format=csv,noheader"]
    assert gpu_names(["no-such-command"]) == []
