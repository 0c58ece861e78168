from pathlib import Path

import pytest

from text_recognizer.tooling import hardware


def test_processor_and_cores_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text("processor : 0\nmodel name\t: Some CPU @ 2 GHz\nmodel name\t: Some CPU @ 2 GHz\n")
    monkeypatch.setattr(hardware, "_CPUINFO", cpuinfo)
    assert hardware.hardware().startswith("Some CPU @ 2 GHz, ")
    assert hardware.hardware().endswith(" cores")


def test_without_cpuinfo_the_architecture_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hardware, "_CPUINFO", tmp_path / "absent")
    monkeypatch.setattr("platform.processor", lambda: "")
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    assert hardware.hardware().startswith("riscv64, ")
