import errno
import os
from pathlib import Path

import pytest

from api.serving import metrics_memory
from api.serving.metrics_memory import FILE_BYTES, reserve
from text_recognizer.errors import ConfigError


def test_the_room_of_all_workers_and_one_successor_is_taken(tmp_path: Path) -> None:
    reserve(tmp_path, workers=2)
    files = sorted(tmp_path.iterdir())
    assert len(files) == 4 * 3
    assert "counter_0.db" in {path.name for path in files}
    for path in files:
        assert path.stat().st_size == FILE_BYTES
        assert path.stat().st_blocks * 512 >= FILE_BYTES, "the file has a hole"


def test_too_little_room_is_told_at_once_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[int] = []

    def full(descriptor: int) -> None:
        called.append(descriptor)
        if len(called) == 3:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(metrics_memory, "_allocate", full)
    folder = tmp_path / "metrics"
    folder.mkdir()
    with pytest.raises(ConfigError, match=r"3,072 kB in .*No space left on device.*--shm-size"):
        reserve(folder, workers=2)
    assert list(tmp_path.iterdir()) == []


def test_a_worker_goes_on_with_the_file_that_was_made_for_it(tmp_path: Path) -> None:
    from prometheus_client.mmap_dict import MmapedDict

    reserve(tmp_path, workers=1)
    path = str(tmp_path / "counter_0.db")
    values = MmapedDict(path)  # type: ignore[no-untyped-call]  # untyped
    values.write_value("requests", 3.0, 0.0)  # type: ignore[no-untyped-call]
    values.close()  # type: ignore[no-untyped-call]
    read = list(MmapedDict.read_all_values_from_file(path))  # type: ignore[no-untyped-call]
    assert [(key, value) for key, value, *_ in read] == [("requests", 3.0)]
    assert os.path.getsize(path) == FILE_BYTES
