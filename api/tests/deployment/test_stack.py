import shutil
import subprocess
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import WaiterError

from api.deployment import stack
from api.deployment.errors import DeploymentError
from text_recognizer.tests.repository import ROOT


class Client:
    """CloudFormation as it answers when a creation failed before, or fails now."""

    def __init__(self, status: str) -> None:
        self.status, self.calls = status, list[str]()

    def describe_stacks(self, StackName: str) -> Any:  # noqa: N803  # boto3's name
        return {"Stacks": [{"StackName": StackName, "StackStatus": self.status}]}

    def describe_stack_events(self, StackName: str) -> Any:  # noqa: N803  # likewise
        event = {
            "LogicalResourceId": "Role",
            "ResourceStatus": "CREATE_FAILED",
            "ResourceStatusReason": "not yours",
        }
        return {"StackEvents": [event]}

    def get_waiter(self, name: str) -> Any:
        def wait(**_: object) -> None:
            self.calls.append(name)
            if name == "stack_create_complete":
                raise WaiterError(name, "failed", {})

        return SimpleNamespace(wait=wait)

    def delete_stack(self, StackName: str) -> None:  # noqa: N803  # likewise
        self.calls.append("delete")

    def create_stack(self, **_: object) -> None:
        self.calls.append("create")


def test_stack_whose_creation_failed_is_made_again_and_reasons_are_named() -> None:
    client: Any = Client("ROLLBACK_COMPLETE")
    deployment = stack.Stack("trial", client, {})
    assert deployment.plan() == ["delete the stack trial, whose creation failed, and create it again"]
    with pytest.raises(DeploymentError, match="undid the changes: Role: not yours"):
        deployment.deploy()
    assert client.calls == ["delete", "stack_delete_complete", "create", "stack_create_complete"]


def test_template_is_valid() -> None:
    lint = shutil.which("cfn-lint")
    if lint is None:
        pytest.skip("cfn-lint is not installed")
    process = subprocess.run(
        [lint, str(ROOT / "api" / "serverless.yml")], capture_output=True, text=True, check=False
    )
    assert process.returncode == 0, process.stdout
