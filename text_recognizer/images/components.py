"""Connected components of a two-dimensional mask, by runs.

Some milliseconds for a page; where it is installed, `twin` does the same in C.
"""

from dataclasses import dataclass

import numpy as np

from text_recognizer.arrays import Flags, Floats, IndexMap, Indices, Mask
from text_recognizer.images import twin


@dataclass(frozen=True, eq=False)
class Runs:
    """The horizontal runs of a mask, in reading direction: there are far fewer of them than pixels.

    ```python
    import numpy as np
    from text_recognizer.images.components import horizontal_runs

    runs = horizontal_runs(np.array([[0, 1, 1, 0, 1]], bool))
    print(runs.starts, runs.ends, runs.pixels(np.array([True, False])))
    ```

    Attributes:
        shape: (H, W) of the mask.
        rows: (R,) row of each run.
        starts: (R,) its first column.
        ends: (R,) the column behind its last one.
    """

    shape: tuple[int, int]
    rows: Indices
    starts: Indices
    ends: Indices

    @property
    def lengths(self) -> Indices:
        """Return the number of pixels of each run, (R,)."""
        return self.ends - self.starts

    @property
    def places(self) -> tuple[Indices, Indices, Indices]:
        """Return rows, starts and ends, (R,) each, as the twin takes them."""
        return self.rows, self.starts, self.ends

    def pixels(self, chosen: Flags) -> Indices:
        """Return the places in the flattened mask of all pixels of some runs, chosen by (R,)."""
        return _spread(self.flat(self.starts)[chosen], self.lengths[chosen])

    def flat(self, columns: Indices) -> Indices:
        """Return the places in the flattened mask of a column of each run, (R,)."""
        return self.rows * self.shape[1] + columns

    def erase(self, chosen: Flags, values: Floats) -> None:
        """Set values (H, W), which are contiguous, to 0 on the pixels of some runs, chosen by (R,)."""
        if twin.is_installed():
            twin.erase_runs(self.places, self.shape, chosen, values)
        else:
            values.reshape(-1)[self.pixels(chosen)] = 0

    def paint(self, values: Indices) -> IndexMap:
        """Return an image (H, W) int32: `values` (R,) on the pixels of the runs, -1 elsewhere."""
        if twin.is_installed():
            return twin.paint_runs(self.places, self.shape, values)
        # Gaps and runs in turns.
        edges = np.stack((self.flat(self.starts), self.flat(self.ends)), axis=1).ravel()
        painted = np.full(len(edges) + 1, -1, np.int32)
        painted[1::2] = values
        lengths = np.diff(edges, prepend=0, append=self.shape[0] * self.shape[1])
        return np.repeat(painted, lengths).reshape(self.shape)


@dataclass(frozen=True, eq=False)
class Components:
    """The 8-connected components of a mask; component k of `count` has label k.

    ```python
    import numpy as np
    from text_recognizer.images.components import connected_components

    components = connected_components(np.eye(3, dtype=bool) | (np.indices((3, 3)).sum(axis=0) == 4))
    print(components.count, components.areas(), components.boxes())
    ```

    Attributes:
        runs: R horizontal runs of the mask.
        labels: (R,) component of each run, 0 to count - 1, numbered by first pixel in reading direction.
        count: Number of components.
    """

    runs: Runs
    labels: Indices
    count: int

    @property
    def shape(self) -> tuple[int, int]:
        """(H, W) of the mask."""
        return self.runs.shape

    def areas(self) -> Indices:
        """Return the number of pixels of each component, (count,)."""
        return np.bincount(self.labels, self.runs.lengths, self.count).astype(np.int64)

    def boxes(self) -> Indices:
        """Return x1, y1, x2, y2 (exclusive) of each component, (count, 4)."""
        if twin.is_installed():
            return twin.component_boxes(self.runs.places, self.shape, self.labels, self.count)
        boxes = np.empty((self.count, 4), np.int64)
        boxes[:, :2] = np.iinfo(np.int64).max
        boxes[:, 2:] = 0
        np.minimum.at(boxes[:, 0], self.labels, self.runs.starts)
        np.minimum.at(boxes[:, 1], self.labels, self.runs.rows)
        np.maximum.at(boxes[:, 2], self.labels, self.runs.ends)
        np.maximum.at(boxes[:, 3], self.labels, self.runs.rows + 1)
        return boxes

    def maxima(self, values: Floats) -> Floats:
        """Return the greatest of the values (H, W) on each component, (count,)."""
        if twin.is_installed():
            return twin.component_maxima(self.runs.places, self.shape, self.labels, self.count, values)
        found = np.full(self.count, -np.inf, np.float32)
        if self.count:
            inked = values.ravel()[self.runs.pixels(np.ones(len(self.labels), np.bool_))]  # run after run
            lengths = self.runs.lengths
            np.maximum.at(found, self.labels, np.maximum.reduceat(inked, np.cumsum(lengths) - lengths))
        return found

    def erase(self, chosen: Flags, values: Floats) -> None:
        """Set values (H, W), which are contiguous, to 0 on some components, chosen by (count,)."""
        self.runs.erase(chosen[self.labels], values)

    def paint(self, values: Indices | None = None) -> IndexMap:
        """Return an image (H, W) int32: `values[k]` on the pixels of component k, -1 elsewhere.

        Args:
            values: (count,) value of each component; by default its label.
        """
        return self.runs.paint(self.labels if values is None else values[self.labels])


def connected_components(mask: Mask) -> Components:
    """Label a mask (H, W): horizontal runs are joined with the runs they touch in the row above.

    Source: run-based two-scan labelling, He, Chao & Suzuki 2008 (IEEE TIP 17:749). Here both scans are
    parallel pointer jumping: first every run follows its first neighbour above, which makes trees, then
    trees are joined where a run has more neighbours.
    """
    runs = horizontal_runs(mask)
    labels, count = twin.label_runs(runs.places, runs.shape) if twin.is_installed() else _labels(runs)
    return Components(runs, labels, count)


def _labels(runs: Runs) -> tuple[Indices, int]:
    """Return the component of each run, (R,), and the number of components."""
    rows, starts, ends = runs.places
    stride = runs.shape[1] + 2  # one key orders all runs; rows cannot touch each other across the gap of 2
    above_starts, above_ends = (rows + 1) * stride + starts, (rows + 1) * stride + ends
    # Runs of the row above that touch run i, diagonally too, are neighbours in that order: first to last.
    first = np.searchsorted(above_ends, rows * stride + starts, side="left")
    last = np.searchsorted(above_starts, rows * stride + ends, side="right")
    touching = np.maximum(last - first, 0)
    trees = _trees(np.where(touching > 0, first, np.arange(len(rows))))
    more = np.maximum(touching - 1, 0)  # neighbours besides the first one, of which there are few
    roots = _joined(trees, trees[np.repeat(np.arange(len(rows)), more)], trees[_spread(first + 1, more)])
    numbers = np.cumsum(roots == np.arange(len(rows)))
    return numbers[roots] - 1, int(numbers[-1]) if len(rows) else 0


def horizontal_runs(mask: Mask) -> Runs:
    """Return the horizontal runs of a mask (H, W)."""
    height, width = mask.shape
    if twin.is_installed():
        return Runs((height, width), *twin.find_runs(mask))
    # One pixel of paper in front, and one behind each row: runs begin and end there, and all changes of the
    # flattened mask are found at once.
    flat = np.zeros(1 + height * (width + 1), np.bool_)
    flat[1:].reshape(height, width + 1)[:, :-1] = mask
    edges = np.flatnonzero(flat[1:] != flat[:-1])
    rows = edges[::2] // (width + 1)
    return Runs((height, width), rows, edges[::2] - rows * (width + 1), edges[1::2] - rows * (width + 1))


def _spread(first: Indices, counts: Indices) -> Indices:
    """Return first[i], first[i] + 1, ... (counts[i] values) for every i of (N,), concatenated."""
    offsets = np.cumsum(counts) - counts
    return np.repeat(first - offsets, counts) + np.arange(int(counts.sum()))


def _trees(parents: Indices) -> Indices:
    """Return the root of each node of a forest, (N,), given the parent of each: a root is its own."""
    while not np.array_equal(grandparents := parents[parents], parents):  # pointer jumping
        parents = grandparents
    return parents


def _joined(trees: Indices, one: Indices, other: Indices) -> Indices:
    """Return the smallest node that each node is connected with, (N,).

    Args:
        trees: (N,) the smallest node of the tree of each node.
        one: (E,) a root of a tree.
        other: (E,) a root that it is connected with.
    """
    roots = np.flatnonzero(trees == np.arange(len(trees)))
    numbers = np.empty(len(trees), np.int64)
    numbers[roots] = np.arange(len(roots))
    apart = one != other
    joined = _resolve(len(roots), numbers[one[apart]], numbers[other[apart]])
    return roots[joined][numbers[trees]]


def _resolve(count: int, one: Indices, other: Indices) -> Indices:
    """Return for each of `count` nodes the smallest node that it is connected with, (count,).

    Args:
        count: Number of nodes.
        one: (E,) first node of each edge.
        other: (E,) second node of each edge.
    """
    roots = np.arange(count)
    while True:
        low = np.minimum(roots[one], roots[other])
        before = roots.copy()
        # Each root points to the smallest root beyond its edges; then all point to the root of their root.
        np.minimum.at(roots, before[one], low)
        np.minimum.at(roots, before[other], low)
        roots = _trees(roots)
        if np.array_equal(roots, before):
            return roots
