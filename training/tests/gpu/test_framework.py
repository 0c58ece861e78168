"""A GPU that is held must be seen by the framework; what has to be installed is declared and named."""

import importlib.util
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest

from text_recognizer.errors import ConfigError
from training.gpu.framework import check_gpu_is_seen, count_gpus

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("backend", "named"), [("tensorflow", r"\.\[gpu\]"), ("jax", "jax"), ("torch", "docu")]
)
def test_a_gpu_that_is_not_seen_is_an_error_that_says_what_to_install(backend: str, named: str) -> None:
    with pytest.raises(ConfigError, match=rf"GPU 2 is held.*{backend} sees no GPU.*{named}.*--gpu"):
        check_gpu_is_seen(2, backend, lambda name: 0)
    check_gpu_is_seen(2, backend, lambda name: 1)


def test_gpus_are_counted_by_the_framework(monkeypatch: pytest.MonkeyPatch) -> None:
    tensorflow = SimpleNamespace(config=SimpleNamespace(list_physical_devices=lambda kind: [kind]))
    jax = SimpleNamespace(devices=lambda: [SimpleNamespace(platform=p) for p in ("cpu", "gpu", "gpu")])
    modules = {"tensorflow": tensorflow, "jax": jax}
    monkeypatch.setattr("importlib.import_module", modules.__getitem__)
    assert count_gpus("tensorflow") == 1
    assert count_gpus("jax") == 2


@pytest.mark.skipif(importlib.util.find_spec("tensorflow") is None, reason="needs TensorFlow")
@pytest.mark.keras
def test_tensorflow_for_cpus_sees_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    with pytest.raises(ConfigError, match="sees no GPU"):
        check_gpu_is_seen(0, "tensorflow")


def test_extras_differ_in_the_build_of_tensorflow_alone() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]

    def others(extra: str) -> list[str]:
        return sorted(
            line
            for line in extras[extra]
            if not line.startswith(("tensorflow-cpu", "tensorflow>", "tensorflow["))
        )

    assert others("gpu") == others("train")
    assert any(line.startswith("tensorflow[and-cuda]") for line in extras["gpu"])
    assert [line.split(">")[0] for line in extras["jax"]] == ["jax"]
