"""The deployment against AWS as moto plays it, in this process."""

import os
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import moto
import pytest

from api.deployment import deploy, stack
from api.deployment.code import REPOSITORY
from api.deployment.errors import DeploymentError

# moto makes the function, its role and its log, and passes over the gateway.
pytestmark = pytest.mark.filterwarnings("ignore:Tried to parse:UserWarning")

ACCOUNT, REGION = "123456789012", "eu-central-1"
BUCKET = f"text-recognizer-api-{ACCOUNT}-{REGION}"


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in [name for name in os.environ if name.startswith(("AWS_", "TEXT_RECOGNIZER_API_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    with moto.mock_aws():
        yield


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return write_zip(tmp_path / "function.zip", "first")


def write_zip(path: Path, content: str, runtime: str = "python3.12") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("RUNTIME", f"{runtime}\n")
        archive.writestr("api/lambda_handler.py", content)
    return path


def run(package: Path, *options: str) -> None:
    deploy.run(deploy.make_parser().parse_args(["--zip", str(package), *options]))


def function() -> Any:
    return boto3.client("lambda").get_function(FunctionName="text-recognizer-api")


def stacks() -> list[Any]:
    return list(boto3.client("cloudformation").describe_stacks()["Stacks"])


def test_dry_run_says_all_and_changes_nothing(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(package, "--dry-run")
    printed = capsys.readouterr().out
    assert f"Account {ACCOUNT}, region {REGION}:" in printed
    for step in (
        f"create the bucket {BUCKET}",
        "upload function.zip",
        "create the stack text-recognizer-api",
    ):
        assert f"- {step}" in printed
    assert "nothing was changed" in printed
    assert stacks() == []
    assert boto3.client("s3").list_buckets()["Buckets"] == []


def test_deployed_function_is_that_of_the_template(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(package, "--memory", "2048")
    configuration = function()["Configuration"]
    assert configuration["Handler"] == "api.lambda_handler.handler"
    assert (configuration["Runtime"], configuration["MemorySize"]) == ("python3.12", 2048)
    assert (configuration["Timeout"], configuration["Architectures"]) == (29, ["x86_64"])
    variables = configuration["Environment"]["Variables"]
    assert variables["TEXT_RECOGNIZER_API_MAX_CONTENT_LENGTH"] == str(6 * 2**20)
    assert f".execute-api.{REGION}.amazonaws.com" in capsys.readouterr().out


def test_bucket_is_closed_to_the_public(package: Path) -> None:
    run(package)
    block = boto3.client("s3").get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"]
    assert all(block.values())


def test_second_deployment_finds_nothing_to_do(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(package)
    before = stacks()[0].get("LastUpdatedTime")
    capsys.readouterr()
    run(package)
    printed = capsys.readouterr().out
    assert "- nothing: everything is up to date" in printed
    assert "Address: " in printed
    assert stacks()[0].get("LastUpdatedTime") == before


def test_new_code_and_new_settings_are_updated(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(package)
    old = boto3.client("s3").list_objects_v2(Bucket=BUCKET)["Contents"][0]["Key"]
    capsys.readouterr()
    write_zip(package, "second")
    run(package, "--memory", "3008")
    printed = capsys.readouterr().out
    assert "- upload function.zip" in printed
    assert f"- update CodeKey from {old} to " in printed
    assert "- update MemorySize from 1769 to 3008" in printed
    assert function()["Configuration"]["MemorySize"] == 3008
    assert len(boto3.client("s3").list_objects_v2(Bucket=BUCKET)["Contents"]) == 2


def test_api_key_is_not_printed_and_stays(
    package: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TEXT_RECOGNIZER_API_API_KEY", "s3cret")
    run(package)
    monkeypatch.delenv("TEXT_RECOGNIZER_API_API_KEY")
    run(package, "--memory", "3008")
    variables = function()["Configuration"]["Environment"]["Variables"]
    assert variables["TEXT_RECOGNIZER_API_API_KEY"] == "s3cret"
    printed = capsys.readouterr().out
    assert "ApiKey (secret)" in printed
    assert "s3cret" not in printed


def test_other_template_is_an_update(package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(package)
    other = tmp_path / "other.yml"
    other.write_text(stack.TEMPLATE.read_text().replace("Timeout: 29", "Timeout: 15"))
    monkeypatch.setattr(stack, "TEMPLATE", other)
    run(package, "--dry-run")
    assert function()["Configuration"]["Timeout"] == 29
    run(package)
    assert function()["Configuration"]["Timeout"] == 15


def test_two_stacks_stand_side_by_side(package: Path) -> None:
    run(package)
    run(package, "--stack", "trial", "--rate", "1")
    assert sorted(each["StackName"] for each in stacks()) == ["text-recognizer-api", "trial"]


def test_us_east_1_has_no_location(package: Path) -> None:
    run(package, "--region", "us-east-1")
    names = [bucket["Name"] for bucket in boto3.client("s3").list_buckets()["Buckets"]]
    assert names == [f"text-recognizer-api-{ACCOUNT}-us-east-1"]


def test_something_else_than_our_zip(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"no zip")
    for name in ("a.zip", "missing.zip"):
        with pytest.raises(DeploymentError, match=r"Expected a zip made by tasks/build_lambda_zip\.sh"):
            run(tmp_path / name)


def test_no_credentials(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    with pytest.raises(DeploymentError, match=r"Unable to locate credentials.*aws configure"):
        run(package)


def test_no_region(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    with pytest.raises(DeploymentError, match="--region"):
        run(package)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """A container engine that has one image, and pushes it to moto's ECR."""
    calls: list[list[str]] = []

    def call(command: list[str], **options: Any) -> SimpleNamespace:
        calls.append(command)
        if command[1] == "push":
            tag = command[2].rpartition(":")[2]
            manifest = (
                '{"schemaVersion": 2, "mediaType": "application/vnd.docker.distribution.manifest.v2+json"}'
            )
            boto3.client("ecr").put_image(repositoryName=REPOSITORY, imageTag=tag, imageManifest=manifest)
        if command[1] == "login":
            assert options["input"]
            assert options["input"] not in command
        return SimpleNamespace(stdout="sha256:" + "0123456789abcdef" * 4 + "\n")

    monkeypatch.setattr(subprocess, "run", call)
    return calls


def test_image_is_pushed_once_and_deployed(
    engine: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert deploy.main(["--image", "text_recognizer_api_lambda", "--dry-run"]) == 0
    assert [command[1] for command in engine] == ["image"]
    assert f"- create the repository {REPOSITORY} in ECR" in capsys.readouterr().out
    assert deploy.main(["--image", "text_recognizer_api_lambda"]) == 0
    assert [command[1] for command in engine] == ["image", "image", "login", "tag", "push"]
    address = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/{REPOSITORY}:{'0123456789abcdef' * 2}"
    assert engine[-1] == ["docker", "push", address]
    # moto makes a zip function of it all the same.
    deployed = {each["ParameterKey"]: each["ParameterValue"] for each in stacks()[0]["Parameters"]}
    assert (deployed["ImageUri"], deployed["CodeBucket"]) == (address, "none")
    capsys.readouterr()
    assert deploy.main(["--image", "text_recognizer_api_lambda"]) == 0
    assert "- nothing" in capsys.readouterr().out
    assert [command[1] for command in engine[5:]] == ["image"]


def test_image_that_is_not_there(caplog: pytest.LogCaptureFixture) -> None:
    status = deploy.main(["--image", "text_recognizer_api_lambda", "--engine", "no-such-engine"])
    assert status == 1
    assert "`no-such-engine image` failed" in caplog.text
