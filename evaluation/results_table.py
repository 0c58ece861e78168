"""The README's table of results, made from evaluation/results/*.json."""

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evaluation.common import RESULTS

README = Path(__file__).parent.parent / "README.md"
BEGIN, END = "<!-- results: made by evaluation/results_table.py -->", "<!-- end of results -->"

_HEADER = "| model | data, split | n | score | ms each | others |\n|---|---|---|---|---|---|"


def row(result: Mapping[str, Any]) -> str:
    """Return one row of the table."""
    data = f"pages of {result['dataset']}" if "detector" in result else result["dataset"]
    return (
        f"| {result['weights']} | {data}, {result['split']} | {result['n']:,} "
        f"| {_score(result)} | {result['ms_per_item']:.1f} | {_others(result)} |"
    )


def _score(result: Mapping[str, Any]) -> str:
    if "accuracy" in result:
        return f"accuracy {result['accuracy']:.1%}"
    if "cer" in result:
        low, high = result["cer_ci95"]
        return f"**CER {result['cer']:.1%}** ({low:.1%}-{high:.1%}), WER {result['wer']:.1%}"
    return f"F1 {result['f1_50']:.3f} at IoU 0.5, mean pixel IoU {result['mean_iou']:.3f}"


def _others(result: Mapping[str, Any]) -> str:
    if "cer_minus_line_cer" in result:
        return f"its lines one by one: CER {result['line_cer']:.1%}"
    if "f1_75" in result:
        return f"F1 {result['f1_75']:.3f} at IoU 0.75"
    return ""


def table(results: Path = RESULTS) -> str:
    """Return the whole table as Markdown, models in the order of their names, with the hardware below."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(results.glob("*.json"))]
    hardware = "; ".join(sorted({result["hardware"] for result in found}))
    return "\n".join([_HEADER, *map(row, found), "", f"Hardware: {hardware}."])


def with_table(text: str, markdown: str) -> str:
    """Return `text` with `markdown` between the two markers.

    Raises:
        ValueError: If a marker is missing.
    """
    if BEGIN not in text or END not in text:
        raise ValueError(f"Expected the lines {BEGIN!r} and {END!r}; one is missing. Put them back.")
    before, after = text.partition(BEGIN)[0], text.partition(END)[2]
    return f"{before}{BEGIN}\n{markdown}\n{END}{after}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Rewrite the table in the README; returns the exit status."""
    argparse.ArgumentParser(description=__doc__).parse_args(arguments)
    temporary = README.with_suffix(".tmp")
    temporary.write_text(with_table(README.read_text(encoding="utf-8"), table()), encoding="utf-8")
    os.replace(temporary, README)
    return 0


if __name__ == "__main__":
    sys.exit(main())
