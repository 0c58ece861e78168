"""Small parquet files of the schema of Teklia/IAM-line, drawn with Pillow's own font."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from text_recognizer.tests.datasets.toy_words import png_of

TEXTS = {
    "train": ["a move to stop", "Mr. Gaitskell from", "nominating any"],
    "validation": ["is to be made"],
    "test": ["at a meeting", "of Labour M Ps"],
}


def rows_of(texts: Sequence[str]) -> dict[str, list[Any]]:
    """Return the columns of lines by name."""
    return {"image": [{"bytes": png_of(text), "path": None} for text in texts], "text": list(texts)}


def write_parquet(folder: Path, texts: Mapping[str, Sequence[str]]) -> Path:
    """Write a file of each split, that of train in two shards."""
    import pyarrow
    import pyarrow.parquet

    folder.mkdir(parents=True, exist_ok=True)
    image = pyarrow.struct([("bytes", pyarrow.binary()), ("path", pyarrow.string())])
    schema = pyarrow.schema([("image", image), ("text", pyarrow.string())])
    for split, of_split in texts.items():
        shards = [of_split[:1], of_split[1:]] if split == "train" else [of_split]
        for number, shard in enumerate(shards):
            table = pyarrow.table(rows_of(shard), schema=schema)
            name = f"{split}-{number:05d}-of-{len(shards):05d}.parquet"
            pyarrow.parquet.write_table(table, folder / name)
    return folder
