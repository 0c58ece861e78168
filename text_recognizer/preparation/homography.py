"""Points of one image -> points of the one that it was made of, also where perspective was taken away."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from text_recognizer.arrays import Reals
from text_recognizer.geometry import Region


@dataclass(frozen=True, eq=False)
class Homography:
    """A projective map of points of the plane; coordinates are positions between pixels, x to the right.

    ```python
    from text_recognizer.preparation.homography import Homography

    turned = Homography.rotation(90, (200, 100), (100, 200))
    print(turned.apply([[0, 0], [200, 0]]).round())
    print(turned.then(turned.inverse()).apply([[30, 40]]).round())
    ```

    Attributes:
        matrix: (3, 3) of homogeneous coordinates; invertible.
    """

    matrix: Reals

    @classmethod
    def identity(cls) -> Self:
        """Return the map that leaves every point where it is."""
        return cls(np.eye(3))

    @classmethod
    def scaling(cls, x: float, y: float) -> Self:
        """Return the map that multiplies the coordinates."""
        return cls(np.diag([x, y, 1.0]))

    @classmethod
    def rotation(cls, degrees: float, size: tuple[float, float], turned_size: tuple[float, float]) -> Self:
        """Return the map that turns an image about its middle, clockwise as it is seen.

        Args:
            degrees: By how much.
            size: Width and height of the image whose points are mapped.
            turned_size: Width and height of the image that they are mapped to.
        """
        cosine, sine = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
        turn = np.array([[cosine, -sine], [sine, cosine]])
        matrix = np.eye(3)
        matrix[:2, :2] = turn
        matrix[:2, 2] = np.array(turned_size) / 2 - turn @ (np.array(size) / 2)
        return cls(matrix)

    @classmethod
    def between(cls, source: npt.ArrayLike, target: npt.ArrayLike) -> Self:
        """Return the map of four points (4, 2), no three on a line, to four others (4, 2)."""
        rows, values = [], []
        for (x, y), (u, v) in zip(np.asarray(source, float), np.asarray(target, float), strict=True):
            rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
            values += [u, v]
        solution = np.linalg.solve(np.array(rows), np.array(values))
        return cls(np.append(solution, 1.0).reshape(3, 3))

    def apply(self, points: npt.ArrayLike) -> Reals:
        """Return where points (N, 2) of x and y lie, (N, 2)."""
        homogeneous = np.column_stack([np.asarray(points, np.float64), np.ones(len(np.asarray(points)))])
        mapped = homogeneous @ self.matrix.T
        return np.asarray(mapped[:, :2] / mapped[:, 2:])

    def then(self, following: "Homography") -> "Homography":
        """Return the map that applies this one first, then `following`."""
        return Homography(following.matrix @ self.matrix)

    def inverse(self) -> "Homography":
        """Return the map back."""
        return Homography(np.asarray(np.linalg.inv(self.matrix), np.float64))

    def box(self, points: Reals) -> Region:
        """Return the box around where points (N, 2) of x and y lie, in whole pixels."""
        return Region.around((round(x), round(y)) for x, y in self.apply(points).tolist())

    def within(self, width: int, height: int) -> Callable[[Reals], Reals]:
        """Return the map of points (N, 2) that keeps to the borders of an image of this size."""
        size = np.array([width, height], np.float64)
        return lambda points: np.clip(self.apply(points), 0, size)
