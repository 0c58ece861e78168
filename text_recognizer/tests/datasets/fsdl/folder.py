"""A raw folder of FSDL handwriting that tests write."""

import dataclasses
from pathlib import Path
from typing import Any

from text_recognizer.tests.datasets.fsdl_pages import write_export

HOST = "http://127.0.0.1:9"  # nobody listens there
NAMES = [f"page_{i}" for i in range(8)]


@dataclasses.dataclass
class Folder:
    """A raw folder with an export and its pages."""

    root: Path
    metadata: Path

    def write(self, records: list[Any], pages: dict[str, bytes]) -> None:
        """Write the export and the pages that are put there by hand."""
        write_export(self.root, self.metadata, records)
        (self.root / "pages").mkdir(exist_ok=True)
        for name, content in pages.items():
            (self.root / "pages" / name).write_bytes(content)


def load(dataset: Any) -> Any:
    dataset.load_or_generate_data()
    return dataset
