"""ZIP files of lines for the tests."""

import io
import zipfile

from PIL import Image

from api.fine_tuning.training_lines import MIN_LINES


def png(width: int = 40) -> bytes:
    """Return a line as a file."""
    file = io.BytesIO()
    Image.new("L", (width, 20), 200).save(file, "PNG")
    return file.getvalue()


def archive(
    count: int = MIN_LINES, compression: int = zipfile.ZIP_STORED, others: dict[str, bytes] | None = None
) -> bytes:
    """Return a ZIP file of `count` lines, and of others."""
    names = [f"lines/{number:05}.png" for number in range(1, count + 1)]
    labels = "".join(f"{name}\ttext {number}\n" for number, name in enumerate(names)).encode()
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as target:
        for name, content in {"labels.tsv": labels, **dict.fromkeys(names, png()), **(others or {})}.items():
            target.writestr(name, content)
    return file.getvalue()
