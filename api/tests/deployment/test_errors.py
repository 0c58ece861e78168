import argparse
import logging

import pytest

from api.deployment.errors import DeploymentError
from text_recognizer.tooling.command import run_command


def test_a_deployment_that_fails_is_one_line_and_status_1(caplog: pytest.LogCaptureFixture) -> None:
    def fail(_: argparse.Namespace) -> None:
        raise DeploymentError("AWS refused:\nno rights")

    with caplog.at_level(logging.ERROR):
        assert run_command(argparse.ArgumentParser(prog="deploy"), fail, []) == 1
    assert caplog.messages == ["deploy: AWS refused: no rights"]
