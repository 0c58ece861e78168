"""The CloudFormation stack of api/serverless.yml: plans its changes and makes them."""

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, WaiterError

from api.deployment.application import ROOT
from api.deployment.errors import DeploymentError

if TYPE_CHECKING:  # types only, which the serving environment lacks
    from mypy_boto3_cloudformation import CloudFormationClient

TEMPLATE = ROOT / "api" / "serverless.yml"
SECRETS = ("ApiKey",)
# A stack whose creation failed can only be deleted.
_DEAD = ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "REVIEW_IN_PROGRESS")
_WAIT = {"Delay": 5, "MaxAttempts": 120}  # seconds between polls, number of polls: ten minutes


class Stack:
    """A deployment of the template.

    ```python
    import boto3

    from api.deployment.stack import Stack

    client = boto3.client("cloudformation", region_name="eu-central-1")
    print(Stack("text-recognizer-api", client, {"MemorySize": "1769"}).name)
    ```

    Attributes:
        name: Name of the stack and of its function.
    """

    def __init__(self, name: str, cloudformation: "CloudFormationClient", parameters: dict[str, str]) -> None:
        """Read the template; AWS is not asked yet.

        Args:
            name: Name of the stack.
            cloudformation: Client of AWS.
            parameters: Values of the template's parameters; a secret that is not given keeps its value.
        """
        self.name, self._client = name, cloudformation
        self._parameters = parameters
        self._template = TEMPLATE.read_text(encoding="utf-8")

    def plan(self) -> list[str]:
        """Return the steps of `deploy`, one line each; none if everything is in place. Changes nothing."""
        stack = self._describe()
        if stack is None:
            values = ", ".join(f"{name} {self._show(name)}" for name in sorted(self._parameters))
            return [f"create the stack {self.name} of api/serverless.yml: {values}"]
        if stack["StackStatus"] in _DEAD:
            return [f"delete the stack {self.name}, whose creation failed, and create it again"]
        steps = [] if self._deployed_template() == self._template else ["update to this api/serverless.yml"]
        deployed = {each["ParameterKey"]: each["ParameterValue"] for each in stack.get("Parameters", [])}
        for name in sorted(self._parameters):
            if name in SECRETS:
                steps.append(f"update {name} if it has changed")  # AWS does not show its value
            elif deployed.get(name) != self._parameters[name]:
                steps.append(f"update {name} from {deployed.get(name)} to {self._parameters[name]}")
        return steps

    def deploy(self) -> None:
        """Carry out the steps of `plan` and wait until they are done.

        Raises:
            DeploymentError: If AWS rolls the changes back; the message contains its reasons.
        """
        stack = self._describe()
        if stack is not None and stack["StackStatus"] in _DEAD:
            self._client.delete_stack(StackName=self.name)
            self._client.get_waiter("stack_delete_complete").wait(StackName=self.name, WaiterConfig=_WAIT)  # type: ignore[arg-type]
            stack = None
        try:
            self._create() if stack is None else self._update(stack)
        except WaiterError as error:
            raise DeploymentError(
                f"AWS could not deploy the stack {self.name} and undid the changes: {self._failures()}. "
                "Correct this and deploy again."
            ) from error

    def outputs(self) -> dict[str, str]:
        """Return the template's outputs, such as the address of the service."""
        stack = self._describe() or {}
        return {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", [])}

    def _create(self) -> None:
        values = dict.fromkeys(SECRETS, "") | self._parameters
        self._client.create_stack(
            StackName=self.name,
            TemplateBody=self._template,
            Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in values.items()],
            Capabilities=["CAPABILITY_IAM"],
        )
        self._client.get_waiter("stack_create_complete").wait(StackName=self.name, WaiterConfig=_WAIT)  # type: ignore[arg-type]

    def _update(self, stack: Any) -> None:
        there = {each["ParameterKey"] for each in stack.get("Parameters", [])}
        kept: list[dict[str, Any]] = [
            {"ParameterKey": name, "UsePreviousValue": True}
            for name in SECRETS
            if name in there and name not in self._parameters
        ]
        given: list[dict[str, Any]] = [
            {"ParameterKey": name, "ParameterValue": value} for name, value in self._parameters.items()
        ]
        try:
            self._client.update_stack(
                StackName=self.name,
                TemplateBody=self._template,
                Parameters=kept + given,  # type: ignore[arg-type]
                Capabilities=["CAPABILITY_IAM"],
            )
        except ClientError as error:
            if "No updates are to be performed" in error.response["Error"]["Message"]:
                return
            raise
        self._client.get_waiter("stack_update_complete").wait(StackName=self.name, WaiterConfig=_WAIT)  # type: ignore[arg-type]

    def _describe(self) -> Any:
        try:
            return self._client.describe_stacks(StackName=self.name)["Stacks"][0]
        except ClientError as error:
            if "does not exist" in error.response["Error"]["Message"]:
                return None
            raise

    def _deployed_template(self) -> str:
        return str(self._client.get_template(StackName=self.name, TemplateStage="Original")["TemplateBody"])

    def _failures(self) -> str:
        events = self._client.describe_stack_events(StackName=self.name)["StackEvents"]
        failed = [each for each in events if each.get("ResourceStatus", "").endswith("_FAILED")]
        return (
            "; ".join(
                f"{each['LogicalResourceId']}: {each.get('ResourceStatusReason', '')}" for each in failed[:5]
            )
            or "no reason given"
        )

    def _show(self, name: str) -> str:
        return "(secret)" if name in SECRETS else self._parameters[name]
