import json
import subprocess
import sys
from pathlib import Path

import pytest

from api.deployment.application import MODELS, TRAINING_HALF, copy_application
from text_recognizer.character_predictor import DEFAULT_CHARACTER_MODEL
from text_recognizer.decoding.config import DECODING
from text_recognizer.decoding.language_model.languages import LANGUAGE_MODELS
from text_recognizer.inference.artifacts import WEIGHTS_DIR
from text_recognizer.line_detector import DEFAULT_DETECTOR_MODEL
from text_recognizer.line_predictor import DEFAULT_LINE_MODEL
from text_recognizer.tests import repository
from text_recognizer.word_predictor import DEFAULT_WORD_MODEL


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("application")
    copy_application(folder)
    return folder


def test_every_module_that_the_service_reaches_is_there(application: Path) -> None:
    graph = repository.import_graph()
    reached = (
        repository.reachable(graph, {"api.app", "api.gunicorn_conf", "api.lambda_handler"}) & graph.keys()
    )
    paths = [
        path.relative_to(repository.ROOT) for name, path in repository.modules().items() if name in reached
    ]
    assert len(paths) > 20
    assert [path for path in paths if not (application / path).is_file()] == []


def test_nothing_that_trains_tests_or_deploys_is_there(application: Path) -> None:
    names = {path.name for path in application.rglob("*")}
    left_out = {"tests", "deployment", "benchmarks", "weights.h5", "__pycache__", "Dockerfile"}
    assert not names & (left_out | TRAINING_HALF)
    assert {f"text_recognizer.{name}" for name in TRAINING_HALF} == set(repository.TRAINING_HALF)


def test_models_are_those_that_are_loaded(application: Path) -> None:
    read = (DEFAULT_LINE_MODEL, DEFAULT_WORD_MODEL)
    decoding = [json.loads((WEIGHTS_DIR / name / DECODING).read_text(encoding="utf-8")) for name in read]
    language_models = {each["language_model"] for each in decoding}
    assert {DEFAULT_DETECTOR_MODEL, *read, *language_models, *LANGUAGE_MODELS.values()} == MODELS
    assert {path.name for path in (application / "text_recognizer" / "weights").iterdir()} == MODELS
    assert DEFAULT_CHARACTER_MODEL not in MODELS


def test_it_runs_from_its_folder_and_knows_its_version(application: Path) -> None:
    code = (
        "import text_recognizer, importlib.metadata as m; from api.app import create_app; import api\n"
        "app = create_app(); print(api.__file__, text_recognizer.__version__,"
        " app.test_client().get('/readyz').status_code)"
    )
    process = subprocess.run(
        [sys.executable, "-c", code], cwd=application, env={}, capture_output=True, text=True, check=True
    )
    place, version, status = process.stdout.split()
    assert place == str(application / "api" / "__init__.py")
    assert (version, status) == ("0.1.0", "200")


def foreign(*names: str) -> set[str]:
    """Return the packages that modules of the deployment need."""
    graph = repository.import_graph()
    return repository.reachable(graph, {f"api.deployment.{name}" for name in names}) - graph.keys()


def test_the_dockerfile_calls_what_needs_no_package() -> None:
    assert foreign("application", "requirements") <= {"tasks"}


def test_commands_need_no_more_than_the_serving_environment() -> None:
    commands = ("cold_start", "deploy", "lambda_zip", "try_images")
    assert foreign(*commands) <= {"boto3", "botocore", "numpy", "onnxruntime", "PIL", "tasks"}
