"""The utilisation of the GPU in the log."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from training.gpu.nvidia_smi import Gpu
from training.gpu.sampler import GPUUtilizationSampler

FakeGpus = Callable[..., Path]


def test_mean_and_spread_are_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    values = [40.0, 60.0, 80.0]
    sampler = GPUUtilizationSampler(interval=0)

    def next_gpu(_: object) -> list[Gpu]:
        if len(values) == 1:
            sampler._stop.set()
        return [Gpu(0, "GPU-aa", 1, 2, values.pop(0)), Gpu(1, "GPU-bb", 1, 2, float("nan"))]

    monkeypatch.setattr("training.gpu.sampler.visible_gpus", next_gpu)
    with caplog.at_level(logging.INFO):
        sampler.on_train_begin()
        sampler._thread.join()
        sampler.on_train_end()
    assert sampler.samples == [40, 60, 80]
    assert caplog.messages == ["GPU utilisation 60 % +- 16 % (3 samples)"]


def test_the_thread_ends_with_the_training(fake_gpus: FakeGpus) -> None:
    fake_gpus("0, GPU-aa, 1, 2, 50", "1, GPU-bb, 1, 2, 70")
    sampler = GPUUtilizationSampler(interval=3600)
    sampler.on_train_begin()
    sampler.on_train_end()
    assert not sampler._thread.is_alive()
    assert sampler.samples == [60]


@pytest.mark.parametrize("answer", [(), ("No devices were found",), ("0, GPU-aa, 1, 2, [N/A]",), ("broken",)])
def test_without_a_gpu_nothing_is_said(
    fake_gpus: FakeGpus, caplog: pytest.LogCaptureFixture, answer: tuple[str, ...]
) -> None:
    fake_gpus(*answer)
    sampler = GPUUtilizationSampler()
    with caplog.at_level(logging.DEBUG):
        sampler.on_train_begin()
        sampler._thread.join()
        sampler.on_train_end()
    assert caplog.messages == []
