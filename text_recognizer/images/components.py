"""Connected components of a two-dimensional mask, by runs; numpy only, some milliseconds for a page."""

from dataclasses import dataclass

import numpy as np

from text_recognizer.arrays import Flags, Floats, IndexMap, Indices, Mask


@dataclass(frozen=True)
class Components:
    """The 8-connected components of a mask; component k of `count` has label k.

    ```python
    import numpy as np
    from text_recognizer.images.components import connected_components

    components = connected_components(np.eye(3, dtype=bool) | (np.indices((3, 3)).sum(axis=0) == 4))
    print(components.count, components.areas(), components.boxes())
    ```

    Attributes:
        shape: (H, W) of the mask.
        rows: (R,) row of each horizontal run.
        starts: (R,) first column of each run.
        ends: (R,) column after the last one of each run.
        labels: (R,) component of each run, 0 to count - 1, numbered by first pixel in reading direction.
        count: Number of components.
    """

    shape: tuple[int, int]
    rows: Indices
    starts: Indices
    ends: Indices
    labels: Indices
    count: int

    def areas(self) -> Indices:
        """Return the number of pixels of each component, (count,)."""
        return np.bincount(self.labels, self.ends - self.starts, self.count).astype(np.int64)

    def boxes(self) -> Indices:
        """Return x1, y1, x2, y2 (exclusive) of each component, (count, 4)."""
        boxes = np.empty((self.count, 4), np.int64)
        boxes[:, :2] = np.iinfo(np.int64).max
        boxes[:, 2:] = 0
        np.minimum.at(boxes[:, 0], self.labels, self.starts)
        np.minimum.at(boxes[:, 1], self.labels, self.rows)
        np.maximum.at(boxes[:, 2], self.labels, self.ends)
        np.maximum.at(boxes[:, 3], self.labels, self.rows + 1)
        return boxes

    def maxima(self, values: Floats) -> Floats:
        """Return the greatest of the values (H, W) on each component, (count,)."""
        found = np.full(self.count, -np.inf, np.float32)
        if self.count:
            lengths = self.ends - self.starts
            inked = values.ravel()[_spread(self._flat(self.starts), lengths)]  # run after run
            np.maximum.at(found, self.labels, np.maximum.reduceat(inked, np.cumsum(lengths) - lengths))
        return found

    def pixels(self, chosen: Flags) -> Indices:
        """Return the places in the flattened mask of all pixels of some components, chosen by (count,)."""
        runs = chosen[self.labels]
        return _spread(self._flat(self.starts)[runs], (self.ends - self.starts)[runs])

    def _flat(self, columns: Indices) -> Indices:
        """Return the places in the flattened mask of a column of each run, (R,)."""
        return self.rows * self.shape[1] + columns

    def paint(self, values: Indices | None = None) -> IndexMap:
        """Return an image (H, W) int32: `values[k]` on the pixels of component k, -1 elsewhere.

        Args:
            values: (count,) value of each component; by default its label.
        """
        of_run = self.labels if values is None else values[self.labels]
        image = np.full(self.shape[0] * self.shape[1], -1, np.int32)
        lengths = self.ends - self.starts
        image[_spread(self._flat(self.starts), lengths)] = np.repeat(of_run, lengths)
        return image.reshape(self.shape)


def connected_components(mask: Mask) -> Components:
    """Label a mask (H, W): horizontal runs are joined with the runs they touch in the row above.

    Source: run-based two-scan labelling, He, Chao & Suzuki 2008 (IEEE TIP 17:749); here the
    equivalences are resolved by parallel pointer jumping instead of a scan.
    """
    rows, starts, ends = _runs(mask)
    stride = mask.shape[1] + 2  # one key orders all runs; rows cannot touch each other across the gap of 2
    above_starts, above_ends = (rows + 1) * stride + starts, (rows + 1) * stride + ends
    # Runs of the row above that touch run i, diagonally too, are neighbours in that order: first to last.
    first = np.searchsorted(above_ends, rows * stride + starts, side="left")
    last = np.searchsorted(above_starts, rows * stride + ends, side="right")
    touching = np.maximum(last - first, 0)
    roots = _resolve(len(rows), np.repeat(np.arange(len(rows)), touching), _spread(first, touching))
    numbers = np.cumsum(roots == np.arange(len(rows)))
    count = int(numbers[-1]) if len(rows) else 0
    return Components((mask.shape[0], mask.shape[1]), rows, starts, ends, numbers[roots] - 1, count)


def _runs(mask: Mask) -> tuple[Indices, Indices, Indices]:
    """Return the row, the first column and the one behind the last of each horizontal run of (H, W)."""
    height, width = mask.shape
    # One pixel of paper in front, and one behind each row: runs begin and end there, and all changes of the
    # flattened mask are found at once.
    flat = np.zeros(1 + height * (width + 1), np.bool_)
    flat[1:].reshape(height, width + 1)[:, :-1] = mask
    edges = np.flatnonzero(flat[1:] != flat[:-1])
    rows = edges[::2] // (width + 1)
    return rows, edges[::2] - rows * (width + 1), edges[1::2] - rows * (width + 1)


def _spread(first: Indices, counts: Indices) -> Indices:
    """Return first[i], first[i] + 1, ... (counts[i] values) for every i of (N,), concatenated."""
    offsets = np.cumsum(counts) - counts
    return np.repeat(first - offsets, counts) + np.arange(int(counts.sum()))


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
        # Each root points to the smallest root beyond its edges; then all point to the root of their root,
        # until that changes nothing (pointer jumping).
        np.minimum.at(roots, before[one], low)
        np.minimum.at(roots, before[other], low)
        while not np.array_equal(jumped := roots[roots], roots):
            roots = jumped
        if np.array_equal(roots, before):
            return roots
