"""Pen strokes of IAM-OnDB: official xml files, read out of their archive and kept as one compact cache."""

import logging
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from text_recognizer.arrays import PenPoints
from text_recognizer.datasets.dataset import Split
from text_recognizer.datasets.files.archive import read_members
from text_recognizer.datasets.files.cache import Built, cached
from text_recognizer.datasets.files.download import locate
from text_recognizer.datasets.files.hashes import hash_file, hash_samples
from text_recognizer.datasets.files.progress import progress
from text_recognizer.datasets.iam_online.texts import OnlineLine
from text_recognizer.errors import DataError

logger = logging.getLogger(__name__)

ARCHIVES = ("lineStrokes-all.tar.gz", "lineStrokes-all.tar.xz")
_CODE = ("datasets.iam_online.strokes", "datasets.files.archive")


@dataclass(frozen=True)
class OnlineStrokes:
    """The strokes of all lines.

    ```python
    import numpy as np

    from text_recognizer.datasets.iam_online.strokes import OnlineStrokes

    stroke = np.array([(0, 0, 0), (40, 30, 1)], np.int16)  # from (0, 0) down to (40, 30)
    print(OnlineStrokes({"a01-000u-01": stroke}, broken=[]).points.keys())
    ```

    Attributes:
        points: Points by line id, in units of the whiteboard's sensor.
        broken: Ids of lines whose file is missing or unreadable.
    """

    points: Mapping[str, PenPoints]
    broken: Sequence[str]


def find_archive() -> Path:
    """Return the archive of strokes, in whichever compression it is here.

    Raises:
        DataError: If there is none; it says how to get it.
    """
    for name in ARCHIVES[1:]:
        try:
            return locate("iam_ondb", name)
        except DataError:
            continue
    return locate("iam_ondb", ARCHIVES[0])


def load_strokes(lines: Sequence[OnlineLine]) -> OnlineStrokes:
    """Return the strokes of `lines`, from the cache if archive and list have not changed.

    Raises:
        DataError: If the archive is missing or damaged, or holds none of the lines.
    """
    archive = find_archive()
    inputs = {"archive": hash_file(archive), "lines": [(line.id, line.path) for line in lines]}
    data_hash = hash_samples(inputs, *_CODE)
    built = cached("iam_ondb_strokes", data_hash, lambda: Built({"lines": _build(archive, lines)}, {}))
    split = built.splits["lines"]
    points = {
        name: np.ascontiguousarray(packed).view(np.int16)
        for name, packed in zip(split.ids, split.images, strict=True)
    }
    return OnlineStrokes(points, [line.id for line in lines if line.id not in points])


def _build(archive: Path, lines: Sequence[OnlineLine]) -> Split:
    ids = {line.path: line.id for line in lines}
    points: dict[str, PenPoints] = {}
    for name, content in progress(read_members(archive), archive.name):
        if name not in ids:
            continue
        try:
            points[ids[name]] = read_points(content)
        except (ElementTree.ParseError, KeyError, ValueError) as error:
            logger.warning("Skipped %s: %s", name, error)
    if not points:
        raise DataError(
            f"{archive.name} holds none of the files that lines.tsv names, such as "
            f"{lines[0].path if lines else 'lineStrokes/...xml'}. Fetch both of the same release."
        )
    for line in lines:
        if line.id not in points:
            logger.warning("No strokes of %s", line.id)
    names = sorted(points)
    # The cache is made for images, which are bytes.
    return Split(names, [points[name].view(np.uint8) for name in names], [0] * len(names))


def read_points(content: bytes) -> PenPoints:
    """Return the points of one xml file; strokes without points are passed over.

    Raises:
        ParseError, KeyError or ValueError: If the file is damaged or holds no point.
    """
    rows: list[tuple[int, int, int]] = []
    for stroke in ElementTree.fromstring(content).iter("Stroke"):  # nosec B314 # expat bounds entities
        positions = [(int(point.attrib["x"]), int(point.attrib["y"])) for point in stroke.iter("Point")]
        rows += [(x, y, i == len(positions)) for i, (x, y) in enumerate(positions, 1)]
    if not rows:
        raise ValueError("it holds no point")
    left, top = min(x for x, _, _ in rows), min(y for _, y, _ in rows)
    span = max(max(x - left, y - top) for x, y, _ in rows)  # of Python's numbers, which never overflow
    if span > np.iinfo(np.int16).max:
        raise ValueError(f"its strokes span {span} units")
    return np.array([(x - left, y - top, end) for x, y, end in rows], np.int16)
