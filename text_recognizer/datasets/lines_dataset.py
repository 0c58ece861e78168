"""What all data sets of handwritten lines have in common: the shapes of images and labels."""

from text_recognizer.datasets.dataset import Dataset
from text_recognizer.vocabulary import LINE_CHARACTERS, Vocabulary


class LinesDataset(Dataset):
    """Lines of one height; the targets are texts of LINE_CHARACTERS.

    Attributes:
        height: Rows of an image.
        width: Columns of every image, None for what each line's aspect ratio gives.
        normalize: Whether slope, slant and width of the writing are made alike, see `line_input`.
    """

    height: int
    width: int | None
    normalize: bool = False

    @property
    def input_shape(self) -> tuple[int | None, int | None, int]:
        """(height, width or None, 1)."""
        return (self.height, self.width, 1)

    @property
    def output_shape(self) -> tuple[int | None, ...]:
        """(None, labels), the blank included."""
        return (None, len(Vocabulary(LINE_CHARACTERS)))
