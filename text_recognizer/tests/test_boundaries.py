"""The import boundaries of ARCHITECTURE.md, held twice: in the sources and in a running process."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest

from text_recognizer.tests.repository import (
    TRAINING_HALF,
    circles,
    direct_imports,
    import_graph,
    imported_names,
    modules,
    reachable,
    within,
)

TRAINING_LIBRARIES = {"h5py", "keras", "matplotlib", "onnx", "tensorboard", "tensorflow", "tf2onnx", "tqdm"}
OPTIONAL = {  # of the serving half
    "pandas": "text_recognizer.predictions.writable",
    "pypdfium2": "text_recognizer.images.pdf",
}
GRAPH = import_graph()
DIRECT = direct_imports()
SERVING_HALF = {n for n in GRAPH if within(n, ("text_recognizer",)) and not within(n, TRAINING_HALF)}


def foreign(names: set[str]) -> set[str]:
    return names - GRAPH.keys()


def folder_of(module: str) -> str:
    """Return the folder of a module within its top package; a module that lies in none is one itself."""
    return ".".join(module.split(".")[:2])


def importers(library: str) -> set[str]:
    return {name for name, edges in GRAPH.items() if library in edges}


def test_the_reader_of_imports_sees_through_functions_and_aliases() -> None:
    source = "import a.b as c\nfrom d import e\ndef f():\n    if f:\n        from keras.layers import Dense\n"
    source += "if TYPE_CHECKING:\n    import g\nelse:\n    import h\n"
    assert set(imported_names(source)) == {"a.b", "d", "d.e", "keras.layers", "keras.layers.Dense", "h"}


def test_reachability_follows_chains_and_cycles() -> None:
    assert reachable({"a": {"b"}, "b": {"a", "keras"}, "c": {"d"}}, {"a"}) == {"a", "b", "keras"}


def test_circles_are_found() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b", "d"}, "d": set(), "e": {"e"}}) == [["b", "c"], ["e"]]


def test_no_modules_import_each_other() -> None:
    assert circles(DIRECT) == []


def test_no_folders_import_each_other() -> None:
    folders: dict[str, set[str]] = {}
    for name, others in DIRECT.items():
        folders.setdefault(folder_of(name), set()).update(map(folder_of, others))
    assert circles({name: others - {name} for name, others in folders.items()}) == []


def test_the_graph_holds_the_modules_and_the_keras_networks_are_seen() -> None:
    assert {"text_recognizer.inference.session", "api.app", "training.run_experiment"} <= GRAPH.keys()
    assert "keras" in GRAPH["text_recognizer.networks.lenet"]


def test_serving_half_needs_numpy_pillow_and_onnxruntime_alone() -> None:
    needed = foreign(reachable(GRAPH, SERVING_HALF)) - {
        *OPTIONAL,
        "boto3",
        "botocore",
        "ocrmypdf",
        "pyarrow",
        "ray",
    }
    assert needed == {"numpy", "PIL", "onnxruntime"}


def test_ocrmypdf_alone_imports_its_plugin() -> None:
    plugin = {name for name in GRAPH if within(name, ("text_recognizer.ocrmypdf",))}
    assert importers("ocrmypdf") == {"text_recognizer.ocrmypdf.engine"}
    assert {name for name, edges in GRAPH.items() if edges & plugin} <= plugin


@pytest.mark.parametrize("library", OPTIONAL)
def test_optional_libraries_are_imported_in_one_module_when_they_are_used(library: str) -> None:
    assert importers(library) == {OPTIONAL[library]}
    source = modules()[OPTIONAL[library]].read_text(encoding="utf-8")
    assert f"\nimport {library}" not in source
    assert f"\nfrom {library}" not in source


def test_the_package_asks_s3_in_one_module_when_it_is_used() -> None:
    assert importers("boto3") & SERVING_HALF == {"text_recognizer.registry.s3"}


def test_api_adds_flask_and_metrics_alone_boto3_if_asked_for() -> None:
    assert foreign(reachable(GRAPH, {"api.app"})) - {"numpy", "PIL", "onnxruntime"} - OPTIONAL.keys() <= {
        "flask",
        "werkzeug",
        "prometheus_client",
        "boto3",
        "botocore",
    }


def test_each_way_to_run_the_api_adds_its_own_server() -> None:
    application = foreign(reachable(GRAPH, {"api.app"}))
    assert foreign(reachable(GRAPH, {"api.serving.gunicorn_worker", "api.gunicorn_conf"})) - application == {
        "gunicorn"
    }
    assert foreign(reachable(GRAPH, {"api.lambda_handler"})) - application <= {"apig_wsgi"}


def test_serving_half_and_api_reach_no_module_of_the_training_half() -> None:
    reached = reachable(GRAPH, SERVING_HALF | {"api.app"})
    assert not {name for name in reached if within(name, (*TRAINING_HALF, "training", "evaluation"))}


@pytest.mark.parametrize("package", ["datasets", "networks", "models"])
def test_datasets_networks_and_models_do_not_know_each_other(package: str) -> None:
    others = tuple(f"text_recognizer.{name}" for name in {"datasets", "networks", "models"} - {package})
    start = {name for name in GRAPH if within(name, (f"text_recognizer.{package}",))}
    assert start
    assert not {name for name in reachable(GRAPH, start) if within(name, others)}


def test_evaluation_scores_without_the_training_graph() -> None:
    reached = reachable(GRAPH, {name for name in GRAPH if within(name, ("evaluation",))})
    assert not reached & {"keras", "tensorflow"}
    assert not {
        n for n in reached if within(n, ("text_recognizer.networks", "text_recognizer.models", "training"))
    }


def test_training_does_not_know_evaluation() -> None:
    reached = reachable(GRAPH, {name for name in GRAPH if within(name, ("training",))})
    assert not {name for name in reached if within(name, ("evaluation",))}


def test_runtime_is_the_only_importer_of_onnxruntime_but_for_its_quantization() -> None:
    users = {name for name, edges in GRAPH.items() if any(within(edge, ("onnxruntime",)) for edge in edges)}
    quantization = {"training.export.int8", "training.export.ranges"}
    assert users == {"text_recognizer.inference.session", *quantization}
    # Before its own import: runtime switches the telemetry off.
    assert all("text_recognizer.inference.session" in GRAPH[name] for name in quantization)


def test_few_serving_modules_touch_pillow_and_one_decodes() -> None:
    assert importers("PIL") & SERVING_HALF <= {
        "text_recognizer.cli.doctor",
        "text_recognizer.formats.pdf",
        "text_recognizer.formats.picture",
        "text_recognizer.formats.saving",
        "text_recognizer.images.colours",
        "text_recognizer.images.conversion",
        "text_recognizer.images.loading",
        "text_recognizer.images.ink",
        "text_recognizer.images.limits",
        "text_recognizer.images.plugins",
        "text_recognizer.images.reading",
        "text_recognizer.images.resizing",
        "text_recognizer.kinds.features",
        "text_recognizer.preparation.dark_regions",
        "text_recognizer.preparation.focus",
        "text_recognizer.preparation.light",
        "text_recognizer.preparation.paper",
        "text_recognizer.preparation.sheet",
        "text_recognizer.preparation.warping",
        "text_recognizer.preprocessing.characters",
        "text_recognizer.preprocessing.lines",
        "text_recognizer.preprocessing.slope_slant",
        "text_recognizer.preprocessing.words",
    }
    opens = {name for name, path in modules().items() if "Image.open(" in path.read_text(encoding="utf-8")}
    service = {n for n in GRAPH if within(n, ("api",)) and not within(n, ("api.benchmarks",))}
    assert opens & (SERVING_HALF | service) == {"text_recognizer.images.reading"}


def run_python(code: str, **environment: str) -> str:
    variables = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    process = subprocess.run(
        [sys.executable, "-c", code], env=variables | environment, capture_output=True, text=True, check=False
    )
    assert process.returncode == 0, process.stderr
    return process.stdout


def test_a_process_that_serves_has_loaded_no_training_library() -> None:
    code = "import sys, text_recognizer.cli, api.app; print(*sys.modules)"
    loaded = {name.partition(".")[0] for name in run_python(code).split()}
    assert "onnxruntime" in loaded
    assert not loaded & (TRAINING_LIBRARIES | {"boto3"})


@pytest.fixture
def identity_model(tmp_path: Path) -> Path:
    """A model.onnx that returns its input, shape (N, 2)."""
    x, y = (onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, ["N", 2]) for name in ("x", "y"))
    graph = onnx.helper.make_graph([onnx.helper.make_node("Identity", ["x"], ["y"])], "identity", [x], [y])
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 15)], ir_version=10)
    path = tmp_path / "identity.onnx"
    path.write_bytes(model.SerializeToString())
    return path


def test_nothing_is_written_outside_our_folders(tmp_path: Path, identity_model: Path) -> None:
    """ONNX Runtime's telemetry writes a device id to the user's cache unless it is off before the import."""
    home = tmp_path / "home"
    places = {
        "HOME": home,
        "XDG_CACHE_HOME": home / ".cache",
        "XDG_CONFIG_HOME": home / ".config",
        "XDG_DATA_HOME": home / ".local",
        "TMPDIR": home / "tmp",
    }
    for folder in places.values():
        folder.mkdir(parents=True, exist_ok=True)
    before = sorted(home.rglob("*"))
    code = (
        "import pathlib, numpy as np, text_recognizer.inference.session as runtime\n"
        f"session = runtime.Session(pathlib.Path({str(identity_model)!r}))\n"
        "print(session.run(np.ones((3, 2), np.float32)).sum())"
    )
    assert (
        float(run_python(code, **{name: str(folder) for name, folder in places.items()}))
        == np.ones((3, 2)).sum()
    )
    assert sorted(home.rglob("*")) == before
