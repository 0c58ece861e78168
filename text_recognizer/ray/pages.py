r"""Images of a folder or of `s3://` -> rows of text, by actors of Ray Data.

Ray Data reads the images of a folder or of `s3://BUCKET/FOLDER`, and a pool of actors, each with a session of
ONNX Runtime on one core, recognizes them. Reading waits while the actors are behind (back-pressure). Every
batch becomes a file of OUTPUT, JSON Lines or Parquet, as a whole or not at all: one row per image, with an
error in place of the text if it cannot be read. A run that was cut goes on with the images that OUTPUT lacks.

Every node takes credentials and region of S3 from where AWS's tools take them (`AWS_ACCESS_KEY_ID`, ..., the
role of an instance). `AWS_ENDPOINT_URL` names another service that speaks S3, as does an address such as
`s3://BUCKET/FOLDER?scheme=http&endpoint_override=HOST:PORT`.

| column | what |
|---|---|
| `image` | path of the image |
| `text`, `confidence` | of the page; empty and 0 if it has an error |
| `page` | JSON of the page with the places of lines and words, as `PagePrediction.to_dict` gives it |
| `error` | why it could not be read; else empty |
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

from text_recognizer.errors import ConfigError, InvalidInputError, TextRecognizerError
from text_recognizer.line_detector import LineDetector
from text_recognizer.line_predictor import DEFAULT_LINE_MODEL, LinePredictor
from text_recognizer.paragraph_text_recognizer import ParagraphTextRecognizer

IMAGES = (".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp")
PART = "part-"  # begins the name of every file of results
_PARTIAL = ".writing"  # ends the name of a file of results that is being written

_BATCH_IMAGES = 8  # whose files one actor holds at once
_BLOCKS_PER_ACTOR = 4  # enough that all end at about the same time

Format = Literal["jsonl", "parquet"]
Row = dict[str, Any]
Reader = Callable[[bytes], Row]


@dataclass(frozen=True)
class Counts:
    """What became of the images of a run.

    ```python
    from text_recognizer.ray.pages import Counts

    print(Counts(pages=475, errors=25, skipped=0))
    ```

    Attributes:
        pages: Recognized.
        errors: Could not be read.
        skipped: Were in the output before.
    """

    pages: int
    errors: int
    skipped: int


class PageActor:
    """Recognizes batches of images and writes their rows; Ray makes one per place of its pool.

    ```python
    import tempfile

    import numpy as np

    from text_recognizer.ray.pages import PageActor

    actor = PageActor(tempfile.mkdtemp(), "jsonl", read=lambda image: {"text": "some", "confidence": 1.0})
    print(actor({"path": np.array(["a.png"]), "bytes": np.array([b"..."], object)}))
    ```
    """

    def __init__(
        self, output: str, form: Format, weights: str = DEFAULT_LINE_MODEL, read: Reader | None = None
    ) -> None:
        """Load the models.

        Args:
            output: Folder of the results.
            form: Of their files.
            weights: Model for lines: a name or the path of its folder.
            read: Makes what a row says of the bytes of an image; None for the models.
        """
        self._output, self._form = output, form
        self._read = read or page_reader(weights)

    def __call__(self, batch: Mapping[str, Any]) -> dict[str, list[int]]:
        """Recognize `path` and `bytes` of a batch (N,) and write a file; return how many had `errors`."""
        rows = [
            self._row(str(path), bytes(data))
            for path, data in zip(batch["path"], batch["bytes"], strict=True)
        ]
        _write(self._output, self._form, rows)
        return {"pages": [len(rows)], "errors": [sum(bool(row["error"]) for row in rows)]}

    def _row(self, path: str, data: bytes) -> Row:
        row: Row = {"image": path, "text": "", "confidence": 0.0, "page": "", "error": ""}
        try:
            return row | self._read(data)
        except (TextRecognizerError, OSError, MemoryError) as error:
            return row | {"error": str(error) or type(error).__name__}


def recognize_pages(
    source: str,
    output: str,
    *,
    actors: int = 2,
    form: Format = "jsonl",
    weights: str = DEFAULT_LINE_MODEL,
    read: Reader | None = None,
) -> Counts:
    """Recognize all images below a folder that the results do not have yet; one run at a time for a folder.

    Args:
        source: Folder, or `s3://BUCKET/FOLDER`.
        output: Folder for the results, or `s3://BUCKET/FOLDER`; all nodes see it.
        actors: Number of processes, each on one core of the cluster.
        form: Of the files: `jsonl` or `parquet`.
        weights: Model for lines: a name or the path of its folder, which all nodes have.
        read: Makes what a row says of the bytes of an image, in the actors; None for the models.

    Raises:
        ConfigError: If Ray is not installed.
        InvalidInputError: If there is no image, or a folder or bucket cannot be read.
    """
    try:
        import ray
    except ImportError as error:
        raise ConfigError("Ray is not installed: pip install 'text-recognizer[ray]'.") from error
    filesystem, root = _located(source)
    images = _files(filesystem, root, IMAGES)
    if not images:
        raise InvalidInputError(
            f"There is no image below {source}; expected files named *{', *'.join(IMAGES)}."
        )
    _remove_partial(output)
    finished = done(output, form)
    left = [path for path in images if path not in finished]
    skipped = len(images) - len(left)
    if not left:
        return Counts(0, 0, skipped)
    blocks = min(len(left), max(_BLOCKS_PER_ACTOR * actors, len(left) // 1000))
    pages = ray.data.read_binary_files(
        left, filesystem=filesystem, include_paths=True, override_num_blocks=blocks
    ).map_batches(
        PageActor, fn_constructor_args=(_absolute(output), form, weights, read), batch_size=_BATCH_IMAGES,
        compute=ray.data.ActorPoolStrategy(size=min(actors, len(left))), num_cpus=1,
    )  # fmt: skip
    counts = [(row["pages"], row["errors"]) for row in pages.iter_rows()]
    errors = sum(errors for _, errors in counts)
    return Counts(sum(all_pages for all_pages, _ in counts) - errors, errors, skipped)


def done(output: str, form: Format) -> set[str]:
    """Return the images that the results in a folder have."""
    filesystem, root = _located(output)
    found: set[str] = set()
    for path in _files(filesystem, root, (f".{form}",)):
        if path.rpartition("/")[2].startswith(PART):
            with filesystem.open_input_file(path) as file:
                found.update(_images_of(file, form))
    return found


def _remove_partial(output: str) -> None:
    """Remove the files that were being written when a run before was cut."""
    filesystem, root = _located(output)
    for path in _files(filesystem, root, (_PARTIAL,)):
        filesystem.delete_file(path)


def _images_of(file: IO[bytes], form: Format) -> Iterable[str]:
    if form == "jsonl":
        return [json.loads(line)["image"] for line in file.read().splitlines()]
    import pyarrow.parquet

    images: list[str] = pyarrow.parquet.read_table(file, columns=["image"])["image"].to_pylist()
    return images


def _write(output: str, form: Format, rows: Sequence[Row]) -> None:
    """Write rows as a file that appears as a whole; the same rows again replace it."""
    import pyarrow
    import pyarrow.parquet

    filesystem, root = _located(output)
    name = hashlib.sha256("\n".join(row["image"] for row in rows).encode()).hexdigest()[:24]
    path, partial = f"{root}/{PART}{name}.{form}", f"{root}/.{name}{_PARTIAL}"
    filesystem.create_dir(root, recursive=True)
    with filesystem.open_output_stream(partial) as file:
        if form == "jsonl":
            file.write("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode())
        else:
            pyarrow.parquet.write_table(pyarrow.Table.from_pylist(list(rows)), file)
    filesystem.move(partial, path)


def page_reader(weights: str) -> Reader:
    """Return what makes the row of an image, with models that take one thread each.

    Raises:
        ArtifactError: If a model is missing or damaged.
    """
    recognizer = ParagraphTextRecognizer(LineDetector(threads=1), LinePredictor(weights, threads=1))

    def read(data: bytes) -> Row:
        page = recognizer.predict(data)
        return {
            "text": page.text, "confidence": page.confidence,
            "page": json.dumps(page.to_dict(), ensure_ascii=False),
        }  # fmt: skip

    return read


def _files(filesystem: Any, root: str, suffixes: tuple[str, ...]) -> list[str]:
    """Return the files below a folder that end with one of the suffixes, sorted; none without the folder."""
    from pyarrow.fs import FileSelector

    selector = FileSelector(root, recursive=True, allow_not_found=True)
    try:
        paths = [info.path for info in filesystem.get_file_info(selector) if info.is_file]
    except OSError as error:
        raise InvalidInputError(f"{root} cannot be listed: {error}. Check the credentials.") from error
    return sorted(path for path in paths if path.lower().endswith(suffixes))


def _located(url: str) -> tuple[Any, str]:
    """Return the file system of a folder, and its path there.

    Raises:
        InvalidInputError: If there is no such file system.
    """
    from pyarrow.fs import FileSystem

    try:
        filesystem, root = FileSystem.from_uri(_absolute(url))
    except (OSError, ValueError) as error:  # as pyarrow raises them for a missing bucket and a wrong address
        raise InvalidInputError(
            f"{url} cannot be opened: {error}. Expected a folder or s3://BUCKET/FOLDER; check bucket, region "
            "and credentials."
        ) from error
    return filesystem, str(root).rstrip("/")


def _absolute(url: str) -> str:
    return url if "://" in url else str(Path(url).absolute())


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the command line and recognize; returns 0, or 1 if images could not be read."""
    parser = argparse.ArgumentParser(
        prog="python -m text_recognizer.ray", description="Recognize many pages on a cluster of Ray."
    )
    parser.add_argument("source", metavar="SOURCE", help="folder of images, or s3://BUCKET/FOLDER")
    parser.add_argument("output", metavar="OUTPUT", help="folder for the results, or s3://BUCKET/FOLDER")
    parser.add_argument("--actors", type=int, default=2, metavar="N", help="processes (default: %(default)s)")
    parser.add_argument("--format", choices=("jsonl", "parquet"), default="jsonl", help="default: jsonl")
    parser.add_argument("--weights", default=DEFAULT_LINE_MODEL, metavar="MODEL", help="the line model")
    options = parser.parse_args(arguments)
    try:
        counts = recognize_pages(
            options.source,
            options.output,
            actors=options.actors,
            form=options.format,
            weights=options.weights,
        )
    except TextRecognizerError as error:
        sys.stderr.write(f"{parser.prog}: {error}\n")
        return 1
    sys.stdout.write(
        f"{counts.pages} recognized, {counts.errors} not readable, {counts.skipped} done before\n"
    )
    return int(counts.errors > 0)
