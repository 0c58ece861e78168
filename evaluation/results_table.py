"""Write the tables of results in docs/results.md and in model cards, from evaluation/results/*.json."""

import argparse
import json
import sys
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from evaluation.common import RESULTS
from text_recognizer.inference.artifacts import CARD, MANIFEST, WEIGHTS_DIR, read_manifest
from text_recognizer.tooling.command import command_parser, run_command
from text_recognizer.tooling.markdown_block import DOCS, rewrite_block

PAGE = DOCS / "results.md"
BEGIN, END = "<!-- results: made by evaluation/results_table.py -->", "<!-- end of results -->"

_HEADER = "| model | data, split | n | score | ms each | others |\n|---|---|---|---|---|---|"


def row(result: Mapping[str, Any], machines: Mapping[str, str]) -> str:
    """Return one row of the table.

    Args:
        result: What a result file holds.
        machines: The mark that follows a time, by hardware.
    """
    data = f"pages of {result['dataset']}" if "detector" in result else result["dataset"]
    time = f"{result['ms_per_item']:.1f}{machines[result['hardware']]}"
    return (
        f"| {result['weights']} | {data}, {result['split']} | {result['n']:,} "
        f"| {_score(result)} | {time} | {_others(result)} |"
    )


def _score(result: Mapping[str, Any]) -> str:
    if "accuracy" in result:
        return f"accuracy {result['accuracy']:.1%}"
    if "word_accuracy" in result:
        low, high = result["word_accuracy_ci95"]
        sets = ", ".join(f"{name}: {row['word_accuracy']:.1%}" for name, row in result["sets"].items())
        return f"word accuracy {result['word_accuracy']:.1%} ({low:.1%}-{high:.1%}); {sets}"
    if "cer" in result:
        low, high = result["cer_ci95"]
        return f"**CER {result['cer']:.1%}** ({low:.1%}-{high:.1%}), WER {result['wer']:.1%}"
    return f"F1 {result['f1_50']:.3f} at IoU 0.5, mean pixel IoU {result['mean_iou']:.3f}"


def _decoder(result: Mapping[str, Any]) -> str:
    if result["decoder"] == "greedy":
        return "greedy"
    alone = result.get("beam", {}).get("lm_weight") == 0.0
    return f"beam search{' without a language model' if alone else ''}"


def _others(result: Mapping[str, Any]) -> str:
    others = []
    if "decoder" in result:
        others.append(_decoder(result))
    if "ruled" in result:
        others.append("with a dark rule")
    if "one_minus_ned" in result:
        others.append(
            f"1 - NED {result['one_minus_ned']:.1%}; {result['images_per_second']:.0f} words/s in batches"
        )
    if "cer_minus_line_cer" in result:
        others.append(f"its lines one by one: CER {result['line_cer']:.1%}")
    if "f1_75" in result:
        others.append(f"F1 {result['f1_75']:.3f} at IoU 0.75")
    return "; ".join(others)


_MODELS = ("weights", "detector", "language_model")  # the fields of a result that name its models


def table(results: Path = RESULTS, models: Collection[str] | None = None) -> str:
    """Return the table as Markdown, models in the order of their names, with the hardware below.

    Runs with `--limit` are left out: they do not score the data set. Without any, a sentence says so.

    Args:
        results: Folder of the result files.
        models: Those whose results to show, whatever their part in them; default: all.
    """
    found = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(results.glob("*.json"))]
    found = [result for result in found if result.get("limit") is None]
    if models is not None:
        found = [result for result in found if any(result.get(field) in models for field in _MODELS)]
    if not found:
        return "None of the committed results."
    hardware = sorted({result["hardware"] for result in found})
    marks = [f" ({letter})" for letter in "abcdefgh"] if len(hardware) > 1 else [""]
    machines = dict(zip(hardware, marks, strict=False))
    named = "; ".join(f"{mark.strip()} {machine}".strip() for machine, mark in machines.items())
    return "\n".join([_HEADER, *(row(result, machines) for result in found), "", f"Hardware: {named}."])


def card_table(card: Path, results: Path = RESULTS) -> str:
    """Return the table of a model card: results of the model beside it, and of those quantized from it.

    Results of a detector and of a language model are also those of the models that they worked with.
    """
    name, others = card.parent.name, card.parents[1].glob(f"*/{MANIFEST}")
    manifests = [read_manifest(path.parent, "name") for path in others]
    quantized = [m["name"] for m in manifests if m.get("quantization", {}).get("source") == name]
    return table(results, {name, *quantized})


def _work(_: argparse.Namespace) -> None:
    rewrite_block(PAGE, BEGIN, END, table())
    for card in sorted(WEIGHTS_DIR.glob(f"*/{CARD}")):
        rewrite_block(card, BEGIN, END, card_table(card))


def main(arguments: Sequence[str] | None = None) -> int:
    """Rewrite the tables; returns the exit status."""
    return run_command(command_parser(__doc__), _work, arguments)


if __name__ == "__main__":
    sys.exit(main())
