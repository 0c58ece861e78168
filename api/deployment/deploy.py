"""Deploys the service to AWS Lambda: prints what it will do, and does it.

The API key that clients must send is taken from the variable TEXT_RECOGNIZER_API_API_KEY; while that is
unset, a key that was deployed before stays.
"""

import argparse
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from api.deployment.code import Code, ImageCode, ZipCode
from api.deployment.lambda_zip import DEFAULT_OUTPUT
from api.deployment.stack import Stack

API_KEY = "TEXT_RECOGNIZER_API_API_KEY"


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    parser.add_argument("--dry-run", action="store_true", help="print what would be done, and change nothing")
    parser.add_argument("--stack", default="text-recognizer-api", help="name of stack and function")
    parser.add_argument("--region", help="AWS region; that of your AWS configuration if missing")
    code = parser.add_mutually_exclusive_group()
    code.add_argument("--zip", type=Path, default=DEFAULT_OUTPUT, help="made by tasks/build_lambda_zip.sh")
    code.add_argument("--image", help="instead of a zip, made by `tasks/build_api_docker.sh lambda`")
    parser.add_argument("--engine", default="docker", help="what pushes the image: docker or podman")
    parser.add_argument("--bucket", help="for the zip; text-recognizer-api-ACCOUNT-REGION if missing")
    parser.add_argument("--memory", type=int, default=1769, help="MB; 1769 are one core")
    parser.add_argument("--rate", type=int, default=10, help="requests per second; more are answered 429")
    parser.add_argument("--burst", type=int, default=20, help="requests that may come at once")
    parser.add_argument(
        "--function-url",
        choices=["off", "AWS_IAM", "NONE"],
        default="off",
        help="a URL of the function itself, beside the gateway's, and who may call it (NONE = everybody)",
    )
    return parser.parse_args(arguments)


def deploy(args: argparse.Namespace, environment: Mapping[str, str]) -> None:
    """Print the plan, and carry it out unless it is a dry run."""
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
        print("- nothing: all is as it should be")
    if args.dry_run:
        print("A dry run: nothing was changed.")
        return
    if steps:
        code.bring()
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


def main(arguments: Sequence[str] | None = None) -> None:
    """Deploy as the command line says.

    Raises:
        SystemExit: If AWS refuses; the message says why.
    """
    try:
        deploy(parse(arguments), os.environ)
    except (BotoCoreError, ClientError) as error:
        raise SystemExit(
            f"Expected AWS to accept the deployment; received: {error}. Check your credentials (`aws "
            "configure`, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY), --region and your rights."
        ) from error


if __name__ == "__main__":
    main()
