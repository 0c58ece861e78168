"""What is seen of shared memory and disk while a cluster reads."""

import importlib.util
from pathlib import Path

import pytest

from evaluation.scaling import back_pressure
from evaluation.scaling.back_pressure import main, spilled, watched, write_images


def test_peaks_are_seen_while_a_block_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shared, session = tmp_path / "shared", tmp_path / "session"
    (session / "ray_spilled_objects").mkdir(parents=True)
    shared.mkdir()
    monkeypatch.setattr(back_pressure, "_SHARED", shared)
    monkeypatch.setattr(back_pressure, "_INTERVAL_S", 0.001)
    with watched(session) as peaks:
        (session / "ray_spilled_objects" / "a").write_bytes(b"1234")
        while peaks.spilled == 0:
            pass
    assert peaks.spilled == 4
    assert spilled(tmp_path / "none") == 0


def test_images_are_as_large_as_is_said(tmp_path: Path) -> None:
    write_images(tmp_path / "in", 3, 1000)
    assert [path.stat().st_size for path in (tmp_path / "in").iterdir()] == [1000] * 3


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # those of Ray
def test_a_cluster_that_waits_for_its_actors(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("ray", reason="needs ray: pip install -e '.[ray]'")
    assert main(["--images", "8", "--megabytes", "0.1", "--wait", "0.1"]) == 0
    assert capsys.readouterr().out.startswith("8 images, 1 MB; at a time at most ")


@pytest.mark.skipif(importlib.util.find_spec("ray") is not None, reason="Ray is here")
def test_without_ray_the_extra_is_named(caplog: pytest.LogCaptureFixture) -> None:
    assert main([]) == 1
    assert "text-recognizer[ray]" in caplog.text
