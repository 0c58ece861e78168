"""Data sets: three splits of images and targets, built from the original files and cached.

```python
from text_recognizer.datasets import DATASETS, EmnistLinesDataset

print(sorted(DATASETS))
lines = EmnistLinesDataset(max_length=20)  # nothing is read before load_or_generate_data()
print(lines.input_shape, lines.output_shape)
```

A data set's module is imported when its class is first asked for: it may need h5py, which the package
itself does not.
"""

from collections.abc import Iterator, MutableMapping
from importlib import import_module
from typing import Any

__all__ = ["COLLECTIONS", "DATASETS", "LazyClasses"]


class LazyClasses(MutableMapping[str, type[Any]]):
    """Classes by name, each imported when it is first asked for.

    ```python
    from text_recognizer.datasets import LazyClasses

    classes = LazyClasses({"EmnistDataset": "text_recognizer.datasets.emnist.dataset"})
    print(list(classes))  # imports nothing
    ```
    """

    def __init__(self, modules: dict[str, str]) -> None:
        """Set the dotted name of the module in which each class is found, by the name of the class."""
        self._entries: dict[str, str | type[Any]] = {**modules}

    def __getitem__(self, name: str) -> type[Any]:
        """Return the class `name`, imported if it has not been.

        Raises:
            KeyError: If there is none of this name.
        """
        entry = self._entries[name]
        if isinstance(entry, str):
            found: type[Any] = getattr(import_module(entry), name)
            entry = self._entries[name] = found
        return entry

    def __setitem__(self, name: str, value: type[Any]) -> None:
        """Add a class of your own."""
        self._entries[name] = value

    def __delitem__(self, name: str) -> None:
        """Remove a class."""
        del self._entries[name]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names."""
        return iter(self._entries)

    def __len__(self) -> int:
        """Return the number of classes."""
        return len(self._entries)


def _classes(modules: dict[str, str]) -> LazyClasses:
    return LazyClasses({name: f"{__name__}.{module}" for name, module in modules.items()})


# The data sets that an experiment can name, each a subclass of `Dataset`.
DATASETS = _classes(
    {
        "DrawnPagesDataset": "drawn_pages.dataset",
        "EmnistDataset": "emnist.dataset",
        "EmnistLinesDataset": "emnist.lines_dataset",
        "FsdlHandwritingLinesDataset": "fsdl.lines_dataset",
        "FsdlHandwritingParagraphsDataset": "fsdl.paragraphs_dataset",
        "IamLinesDataset": "iam.lines_dataset",
        "IamOnlineLinesDataset": "iam_online.lines_dataset",
        "IamParagraphsDataset": "iam.paragraphs_dataset",
        "LabelledLinesDataset": "labelled_lines.dataset",
        "LabelledPagesDataset": "labelled_pages.dataset",
        "LabelledWordsDataset": "words.labelled_dataset",
        "SyntheticLinesDataset": "synthetic.lines_dataset",
        "SyntheticWordsDataset": "words.synthetic_dataset",
    }
)

# Pages with what is known about their lines; they have no splits and no targets.
COLLECTIONS = _classes({"FsdlHandwritingDataset": "fsdl.dataset", "IamDataset": "iam.dataset"})


def __getattr__(name: str) -> Any:
    """Return a class of this package by its name alone (PEP 562)."""
    for classes in (DATASETS, COLLECTIONS):
        if name in classes:
            return classes[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
