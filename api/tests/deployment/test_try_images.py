from pathlib import Path

import pytest

from api.app import create_app
from api.deployment import try_images
from api.deployment.errors import DeploymentError
from api.tests.conftest import FakeRecognizer


def test_no_engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("ENGINE", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DeploymentError, match="Expected a container engine"):
        try_images.find_engine()


def test_an_engine_that_answers_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, status in (("docker", 1), ("podman", 0)):  # docker is installed, but its daemon does not run
        (tmp_path / name).write_text(f"#!/bin/sh\nexit {status}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.delenv("ENGINE", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert try_images.find_engine() == str(tmp_path / "podman")
    monkeypatch.setenv("ENGINE", "docker")
    with pytest.raises(DeploymentError, match="ENGINE=podman"):
        try_images.find_engine()


def test_the_requests_are_three_ways_to_send_the_same_page() -> None:
    recognizer = FakeRecognizer()
    client = create_app(recognizer=recognizer).test_client()
    for request in try_images._requests():
        headers = {"Content-Type": request.headers["Content-type"]}
        assert client.post(request.selector, data=request.data, headers=headers).status_code == 200
    assert len(recognizer.images) == 3
    assert len({image.tobytes() for image in recognizer.images}) == 1


def test_a_container_is_stopped_and_its_exit_status_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = tmp_path / "podman"
    engine.write_text(f'#!/bin/sh\necho "$*" >> {tmp_path}/calls\n[ "$1" != inspect ] || echo 0\n')
    engine.chmod(0o755)
    with try_images.container(str(engine), "--read-only", "an_image") as name:
        pass
    calls = [line.split() for line in (tmp_path / "calls").read_text().splitlines()]
    assert [call[0] for call in calls] == ["run", "stop", "inspect", "rm"]
    assert calls[0] == ["run", "--detach", "--name", name, "--read-only", "an_image"]
    assert "exit status 0" in capsys.readouterr().out
