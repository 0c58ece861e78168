"""What a labelled image of a word is, whatever file it comes from."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from text_recognizer.arrays import GrayImage
from text_recognizer.images.loading import load_image


@dataclass(frozen=True)
class LabelledWord:
    """One image of a word and what it says.

    ```python
    from pathlib import Path

    from text_recognizer.datasets.words.labelled_word import LabelledWord

    word = LabelledWord("shop/1", "Coffee", Path(folder) / "line.png")
    print(word.text, word.load().shape)
    ```

    Attributes:
        id: Unique within its folder.
        text: As its owners wrote it down.
        image: A file, or what reads the content of one.
        photo: The photo that the word was cut from, as far as it is known: words of one photo stay together.
    """

    id: str
    text: str
    image: Path | Callable[[], bytes]
    photo: str = ""

    def load(self) -> GrayImage:
        """Return the grey values.

        Raises:
            InvalidInputError: If the image cannot be read, see `load_image`.
        """
        return load_image(self.image if isinstance(self.image, Path) else self.image())


@dataclass(frozen=True)
class WordFolder:
    """The words of one folder.

    ```python
    from text_recognizer.datasets.words.labelled_word import WordFolder

    print(WordFolder("labels.tsv", [], []).missing)
    ```

    Attributes:
        form: The form of its labels, such as `labels.tsv`.
        words: Those that have an image, in the order of the labels.
        files: What the words depend on: labels and images.
        missing: Ids of labels without an image.
    """

    form: str
    words: list[LabelledWord]
    files: list[Path]
    missing: list[str] = field(default_factory=list)


def words_of_files(form: str, labels: Path, rows: list[tuple[str, str]], photos: list[str]) -> WordFolder:
    """Return the words whose images are files.

    Args:
        form: Of the labels.
        labels: The file that holds them; the images lie in its folder.
        rows: Path below that folder, and text, of each image.
        photos: The photo of each; empty if no photo is known.
    """
    words, missing = [], []
    for index, (name, text) in enumerate(rows):
        if (path := labels.parent / name).is_file():
            words.append(LabelledWord(name, text, path, photos[index] if photos else name))
        else:
            missing.append(name)
    return WordFolder(form, words, [labels, *(labels.parent / word.id for word in words)], missing)
