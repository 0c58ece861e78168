"""Deploys the service to AWS Lambda: prints the steps, then carries them out.

The API key that clients must send is taken from the variable TEXT_RECOGNIZER_API_API_KEY; if that is unset,
a key that was deployed before is kept.
"""

import argparse
import os
from collections.abc import Mapping
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from api.deployment.code import Code, ImageCode, ZipCode
from api.deployment.errors import DeploymentError
from api.deployment.lambda_zip import DEFAULT_OUTPUT
from api.deployment.stack import Stack
from text_recognizer.tooling.command import command_parser, run_command

API_KEY = "TEXT_RECOGNIZER_API_API_KEY"


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = command_parser(__doc__)
    parser.formatter_class = argparse.ArgumentDefaultsHelpFormatter
    parser.add_argument("--dry-run", action="store_true", help="print the steps and change nothing")
    parser.add_argument(
        "--stack", default="text-recognizer-api", help="name of the stack and of the function"
    )
    parser.add_argument("--region", help="AWS region; if not given, that of your AWS configuration")
    code = parser.add_mutually_exclusive_group()
    code.add_argument("--zip", type=Path, default=DEFAULT_OUTPUT, help="made by tasks/build_lambda_zip.sh")
    code.add_argument("--image", help="image made by `tasks/build_api_docker.sh lambda`, instead of a zip")
    parser.add_argument(
        "--engine", default="docker", help="container engine that pushes the image: docker or podman"
    )
    parser.add_argument(
        "--bucket", help="bucket for the zip; if not given, text-recognizer-api-ACCOUNT-REGION"
    )
    parser.add_argument("--memory", type=int, default=1769, help="MB; 1769 MB come with one core")
    parser.add_argument("--rate", type=int, default=10, help="requests per second; more are answered 429")
    parser.add_argument("--burst", type=int, default=20, help="requests that may arrive at once")
    parser.add_argument(
        "--function-url",
        choices=["off", "AWS_IAM", "NONE"],
        default="off",
        help="who may call an additional URL of the function itself (NONE = everybody; off = no URL)",
    )
    return parser


def deploy(args: argparse.Namespace, environment: Mapping[str, str]) -> None:
    """Print the steps, and carry them out unless it is a dry run."""
    session = boto3.Session(region_name=args.region)
    account, region = _place(session)
    code: Code = (
        ImageCode(args.image, session.client("ecr"), args.engine)
        if args.image
        else ZipCode(
            args.zip, session.client("s3"), args.bucket or f"text-recognizer-api-{account}-{region}", region
        )
    )
    stack = Stack(
        args.stack, session.client("cloudformation"), _parameters(args, environment) | code.parameters
    )
    print(f"Account {account}, region {region}:")
    steps = [*code.plan(), *stack.plan()]
    for step in steps:
        print(f"- {step}")
    if not steps:
        print("- nothing: everything is up to date")
    if args.dry_run:
        print("Dry run: nothing was changed.")
        return
    if steps:
        code.upload()
        stack.deploy()
    for name, value in stack.outputs().items():
        print(f"{name}: {value}")


def _place(session: boto3.Session) -> tuple[str, str]:
    account = session.client("sts").get_caller_identity()["Account"]
    return account, session.region_name


def _parameters(args: argparse.Namespace, environment: Mapping[str, str]) -> dict[str, str]:
    parameters = {
        "MemorySize": str(args.memory),
        "RequestsPerSecond": str(args.rate),
        "Burst": str(args.burst),
        "FunctionUrl": args.function_url,
    }
    return parameters | ({"ApiKey": environment[API_KEY]} if API_KEY in environment else {})


def run(args: argparse.Namespace) -> None:
    """Deploy as the command line says.

    Raises:
        DeploymentError: If AWS refuses; the message says why.
    """
    try:
        deploy(args, os.environ)
    except (BotoCoreError, ClientError) as error:
        raise DeploymentError(
            f"AWS refused the deployment: {error}. Check your credentials (`aws configure`, or "
            "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY), --region and your permissions."
        ) from error


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    return run_command(make_parser(), run, arguments)


if __name__ == "__main__":
    raise SystemExit(main())
