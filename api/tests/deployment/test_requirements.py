import json

import pytest

from api.deployment.requirements import LAMBDA_CLIENT, packages_of, requirements
from text_recognizer.tests import repository

LOCK = json.loads((repository.ROOT / "Pipfile.lock").read_text(encoding="utf-8"))


def test_packages_of_each_target() -> None:
    docker, image, zipped = (
        packages_of(name, LOCK).keys() for name in ("docker", "lambda-image", "lambda-zip")
    )
    assert {"flask", "gunicorn", "numpy", "onnxruntime", "pillow", "prometheus-client"} <= docker
    assert {"apig-wsgi", "flask", "numpy", "onnxruntime", "pillow", "prometheus-client"} <= zipped
    assert not zipped & {"gunicorn", "boto3", "botocore"}
    assert image == (docker - {"gunicorn"}) | {"apig-wsgi"} | LAMBDA_CLIENT
    assert not (docker | image) & {"tensorflow", "keras", "pytest"}


def test_requirements_are_held_to_hashes() -> None:
    text = requirements("lambda-zip")
    assert text.count("==") == len(packages_of("lambda-zip", LOCK)) - 1  # the project itself has no version
    assert "--hash=sha256:" in text


def test_unknown_target() -> None:
    with pytest.raises(SystemExit, match=r"Expected one of docker, .*; received 'other'"):
        requirements("other")
