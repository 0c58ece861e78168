"""Lines on ruled paper apart from others, told by what their images show of the rules."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from evaluation.items.texts import TextItem, load_or_blank
from text_recognizer.images.ink import ink_map
from text_recognizer.preprocessing.rule_tracing import trace_rules

# Of the lines of a document with a rule. In copiste_2024 (test), whose lines were looked at, ruled documents
# had .41 or more, others .12 or less: writing hides some rules, and a long stroke is taken for one.
_MIN_RULED_SHARE = 0.25


def is_ruled(item: TextItem) -> bool:
    """Tell whether the image of a line shows a level rule of the paper, a third of its width or longer."""
    return bool(trace_rules(ink_map(load_or_blank(item))))


def by_paper(items: Sequence[TextItem], documents: Mapping[str, str]) -> list[TextItem]:
    """Return items whose sources say whether their documents are `ruled` or `plain`.

    Args:
        items: Lines.
        documents: Document of each line, by its id; a line without one is a document of its own.
    """
    seen: dict[str, list[bool]] = defaultdict(list)
    for item in items:
        seen[documents.get(item.id, item.id)].append(is_ruled(item))
    ruled = {document for document, rules in seen.items() if sum(rules) >= _MIN_RULED_SHARE * len(rules)}
    papers = ["ruled" if documents.get(item.id, item.id) in ruled else "plain" for item in items]
    return [
        replace(item, source=f"{item.source}, {paper}") for item, paper in zip(items, papers, strict=True)
    ]
