"""What the documents name exists: files, headings, commands, options; their Python examples run."""

import contextlib
import io
import json
import re
from pathlib import Path

import pytest

from text_recognizer.datasets import DATASETS
from text_recognizer.decoding.language_model.loading import LANGUAGE_MODEL
from text_recognizer.inference import artifacts
from text_recognizer.inference.artifacts import CARD
from text_recognizer.tests.manual import (
    DOCUMENTS,
    OPTION,
    PRESENT,
    SOURCES,
    blocks,
    commands,
    headings,
    known_options,
    module_of,
    text_of,
)
from text_recognizer.tests.repository import ROOT
from training.config import ExperimentConfig

pytestmark = pytest.mark.slow

CARD_SECTIONS = ("Data", "Recipe", "Scores", "Limits")
MODELS = [
    *artifacts.available(),
    *(path.parent.name for path in artifacts.WEIGHTS_DIR.glob(f"*/{LANGUAGE_MODEL}")),
]
MAX_README_LINES, MAX_ARCHITECTURE_LINES = 150, 80

PATH = re.compile(
    r"(?<![\w./-])(?:text_recognizer|training|evaluation|api|tasks|data|docs|notebooks)/[\w./-]*\w"
)
MADE_BY_USE = ("text_recognizer/weights/my_words", "training/runs")
FOREIGN_OPTIONS = {  # of pipenv, npm, tensorboard, and of ocrmypdf
    *("--dev", "--ignore-scripts", "--logdir"),
    *("--deskew", "--force-ocr", "--redo-ocr", "--rotate-pages"),
}

EXAMPLES = [
    pytest.param(block, id=f"{document}-{number}")
    for document in DOCUMENTS
    for number, block in enumerate(blocks(document, "python"))
    if "text_recognizer.client" not in block  # api/tests runs these against a service
]
EXPERIMENTS = [
    pytest.param(text, id=f"{document}-{number}")
    for document in DOCUMENTS
    for number, text in enumerate(
        re.findall(r"run_experiment\.py[^'\n]* '({.*?})'", text_of(document), re.DOTALL)
    )
]


def test_the_readers_of_documents_see_commands_and_their_modules() -> None:
    text = "`tasks/a.sh --x 1` and\n```sh\npython -m training.train --y \\\n  --z\n```\npython -c 1"
    assert list(commands(text)) == ["tasks/a.sh --x 1", "python -m training.train --y    --z"]
    assert module_of("python training/run_experiment.py --save") == "training.run_experiment"
    assert module_of("python -m pytest --durations 5") is None
    assert "--save" in (known_options("python training/run_experiment.py") or ())
    assert {"--format", "--lines"} <= (known_options("tasks/recognize.sh page.png") or set())


@pytest.mark.parametrize("document", PRESENT)
def test_files_and_folders_exist(document: str) -> None:
    named = {name for name in PATH.findall(text_of(document)) if not name.startswith(MADE_BY_USE)}
    assert not {name for name in named if not (ROOT / name).exists()}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_to_files_and_headings(document: str) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", (ROOT / document).read_text(encoding="utf-8"))
    for link in (link for link in links if not link.startswith(("http:", "https:"))):
        file, _, anchor = link.partition("#")
        target = (ROOT / document).parent / file if file else ROOT / document
        assert target.exists(), link
        assert not anchor or anchor in headings(target), link


@pytest.mark.parametrize("document", PRESENT)
def test_commands_exist_and_have_their_options(document: str) -> None:
    for command in commands(text_of(document)):
        if command.startswith("tasks/"):
            assert (ROOT / command.split()[0]).is_file(), command
        elif (module := module_of(command)) is not None:
            assert module in SOURCES, command
        options = known_options(command)
        assert options is None or not set(OPTION.findall(command)) - options - {"--help"}, command


@pytest.mark.parametrize("document", PRESENT)
def test_options_are_those_of_some_command(document: str) -> None:
    named = {o for code in re.findall(r"`([^`\n]+)`", text_of(document)) for o in OPTION.findall(code)}
    scripts = [path.read_text(encoding="utf-8") for path in (ROOT / "tasks").iterdir() if path.is_file()]
    everything = "\n".join([*SOURCES.values(), *scripts])
    assert not {option for option in named if option not in everything} - FOREIGN_OPTIONS


@pytest.mark.parametrize("block", EXAMPLES)
def test_python_examples_run_and_print(block: str, pictures: Path) -> None:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(block, "<example>", "exec"), {"folder": str(pictures)})
    assert printed.getvalue().strip()


@pytest.mark.parametrize("text", EXPERIMENTS)
def test_experiments_are_valid(text: str) -> None:
    config = ExperimentConfig.from_text(text)
    DATASETS[config.dataset](**config.dataset_args)
    for part in config.mixture:
        DATASETS[part.dataset](**part.dataset_args)


def test_readme_and_architecture_are_short() -> None:
    lines = {name: text_of(name).count("\n") for name in ("README.md", "ARCHITECTURE.md")}
    assert lines["README.md"] <= MAX_README_LINES
    assert lines["ARCHITECTURE.md"] <= MAX_ARCHITECTURE_LINES


def test_the_manual_lists_its_pages() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    pages = {path.name for path in (ROOT / "docs").glob("*.md")} - {"README.md"}
    assert {page for page in pages if f"({page})" in index} == pages


@pytest.mark.parametrize("model", MODELS)
def test_every_shipped_model_has_a_card(model: str) -> None:
    text = text_of(f"text_recognizer/weights/{model}/{CARD}")
    sections = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert [name for name in sections if name in CARD_SECTIONS] == list(CARD_SECTIONS)
    facts = re.findall(r"^\| (\w+) \|", text.partition("\n## ")[0], re.MULTILINE)
    assert not {"takes", "gives", "licence"} - set(facts)


@pytest.mark.parametrize(
    "name",
    [
        "line_predictor_{}_on_iam_test",
        "paragraph_text_recognizer_{}_on_iam_test",
        "paragraph_text_recognizer_{}_on_csafe_test",
        "line_predictor_{}_on_stanford_test",
    ],
)
def test_the_readme_states_measured_results(name: str) -> None:
    default = "LineModelCtc_ManyHands_line_conv_ctc_int8"
    file = ROOT / "evaluation" / "results" / f"{name.format(default)}.json"
    result = json.loads(file.read_text(encoding="utf-8"))
    low, high = (f"{100 * each:.1f}" for each in result["cer_ci95"])
    row = f"| **{100 * result['cer']:.1f} %** ({low}-{high}) | {100 * result['wer']:.1f} % |"
    assert f"{row} {result['ms_per_item']:.0f} |" in text_of("README.md")


@pytest.mark.parametrize("reader", ["ours", "tesseract"])
def test_the_readme_states_the_measured_comparison(reader: str) -> None:
    folder = ROOT / "evaluation" / "results" / "comparison"
    file = folder / "tesseract_LineModelCtc_ManyHands_line_conv_ctc_int8_on_iam_test_limit200.json"
    score = json.loads(file.read_text(encoding="utf-8"))["scores"][reader]
    cer = f"{100 * score['cer']:.1f} %"
    row = f"| {f'**{cer}**' if reader == 'ours' else cer} | {100 * score['wer']:.1f} % |"
    assert f"{row} {score['ms_per_line']:.0f} |" in text_of("README.md")
