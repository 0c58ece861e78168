"""What a labelled image of a word or line is, whatever file it comes from."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from text_recognizer.arrays import GrayImage
from text_recognizer.images.loading import load_image

NO_IMAGE = "it has no image"


@dataclass(frozen=True)
class LabelledImage:
    """One image of a word or line and what it says.

    ```python
    from pathlib import Path

    from text_recognizer.datasets.labelled.images import LabelledImage

    line = LabelledImage("shop/1", "Coffee", Path(folder) / "line.png")
    print(line.text, line.load().shape)
    ```

    Attributes:
        id: Unique within its folder.
        text: As its owners wrote it down.
        image: A file, or what reads the content of one or gives its grey values (H, W).
        group: What stays together in one split, as far as it is known: the photo that a word was cut from,
            the document that a line belongs to.
    """

    id: str
    text: str
    image: Path | Callable[[], bytes | GrayImage]
    group: str = ""

    def load(self) -> GrayImage:
        """Return the grey values (H, W).

        Raises:
            InvalidInputError: If the image cannot be read, see `load_image`.
        """
        return load_image(self.image if isinstance(self.image, Path) else self.image())


@dataclass(frozen=True)
class LabelledFolder:
    """The labelled images of one folder.

    ```python
    from text_recognizer.datasets.labelled.images import LabelledFolder

    print(LabelledFolder("labels.tsv", [], []).left_out)
    ```

    Attributes:
        form: The form of its labels, such as `labels.tsv`.
        images: Those that are there, in the order of the labels.
        files: What they depend on: labels and images.
        left_out: Why a label cannot be used, by its id.
        splits: Name of the split of each image, by id, where the folder says so.
    """

    form: str
    images: list[LabelledImage]
    files: list[Path]
    left_out: dict[str, str] = field(default_factory=dict)
    splits: dict[str, str] = field(default_factory=dict)


def images_of_files(
    form: str, labels: Path, rows: list[tuple[str, str]], groups: list[str]
) -> LabelledFolder:
    """Return the labelled images that are files.

    Args:
        form: Of the labels.
        labels: The file that holds them; the images lie in its folder.
        rows: Path below that folder, and text, of each image.
        groups: The group of each; empty if none is known.
    """
    images, left_out = [], {}
    for index, (name, text) in enumerate(rows):
        if (path := labels.parent / name).is_file():
            images.append(LabelledImage(name, text, path, groups[index] if groups else name))
        else:
            left_out[name] = NO_IMAGE
    return LabelledFolder(form, images, [labels, *(labels.parent / image.id for image in images)], left_out)


def unique_among_folders(name: str, images: Iterable[LabelledImage]) -> list[LabelledImage]:
    """Return the images of the folder `name` with ids and groups unique among all folders."""
    return [
        LabelledImage(
            f"{name}/{image.id}", image.text, image.image, f"{name}/{image.group}" if image.group else ""
        )
        for image in images
    ]
