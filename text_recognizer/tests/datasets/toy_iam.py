"""A small IAM in the official layout: unpacked, as the official archives, or as a manifest alone."""

import shutil
import tarfile
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

# Writer and part of the Aachen split of each form; two lines on every form.
FORMS = {
    "a01-000u": ("000", "train"),
    "b02-001": ("001", "val"),
    "c03-002": ("002", "test"),
    "d04-003": ("003", None),
}


def write_form(root: Path, form_id: str, writer: str, lines: int = 2) -> None:
    """Write the xml, the form at half size and the line images of one form."""
    words = "".join(
        f'<line id="{form_id}-{i:02d}" text="He said &amp;quot;no&quot; {i}">'
        f'<word id="w" text="He"><cmp x="100" y="{200 + 200 * i}" width="80" height="60"/></word>'
        f'<word id="v" text="said"><cmp x="300" y="{190 + 200 * i}" width="100" height="90"/>'
        f'<cmp x="420" y="{200 + 200 * i}" width="20" height="20"/></word></line>'
        for i in range(lines)
    )
    (root / "xml" / f"{form_id}.xml").write_text(
        f'<form id="{form_id}" writer-id="{writer}" width="1000" height="1400"><handwritten-part>{words}'
        "</handwritten-part></form>"
    )
    page = np.full((700, 501), 255, np.uint8)
    for i in range(lines):
        page[100 + 100 * i : 130 + 100 * i, 50:90] = page[100 + 100 * i : 135 + 100 * i, 150:200] = 40
    Image.fromarray(page).save(root / "forms" / f"{form_id}.jpg")
    folder = root / "lines" / form_id.split("-")[0] / form_id
    folder.mkdir(parents=True)
    for i in range(lines):
        image = np.full((40, 300), 230, np.uint8)
        image[10:30, 20 : 200 : 10 + i] = 30
        Image.fromarray(image).save(folder / f"{form_id}-{i:02d}.png")


def write_iam(root: Path) -> None:
    """Write four forms by four writers, and the lists of the Aachen split."""
    for folder in ("xml", "forms", "splits/aachen"):
        (root / folder).mkdir(parents=True)
    for form_id, (writer, _) in FORMS.items():
        write_form(root, form_id, writer)
    for part in ("train", "val", "test"):
        (root / "splits" / "aachen" / f"{part}.txt").write_text(line_list(part))


def line_list(part: str | None) -> str:
    """Return the ids of the lines of a part, one a row."""
    return "".join(
        f"{name}-{i:02d}\n" for name, (_, split) in FORMS.items() if split == part for i in range(2)
    )


def write_manifest(root: Path, *left_out: str) -> None:
    """Write `manifest.tsv` for the forms, without the columns `left_out`."""
    rows = [
        {
            "line_id": f"{form_id}-{i:02d}",
            "form": form_id,
            "writer": writer,
            "aachen": part or "-",
            "image_source": f"source_{i}",
            "text": f'He said "no" {i}',
        }
        for form_id, (writer, part) in FORMS.items()
        for i in range(2)
    ]
    columns = [name for name in rows[0] if name not in left_out]
    cells = [columns, *([row[name] for name in columns] for row in rows)]
    (root / "manifest.tsv").write_text("".join("\t".join(row) + "\n" for row in cells))


def write_archives(folder: Path, scratch: Path) -> None:
    """Write the archives that the owners hand out: they have no Aachen lists.

    Args:
        folder: Where they go: `<data root>/raw/iam`.
        scratch: A folder that does not exist yet.
    """
    write_iam(scratch)
    shutil.rmtree(scratch / "splits")
    folder.mkdir(parents=True)
    for name, content in (("lines", "lines"), ("xml", "xml"), ("formsA-D", "forms")):
        with tarfile.open(folder / f"{name}.tgz", "w:gz") as archive:
            for path in sorted((scratch / content).iterdir()):
                archive.add(path, path.name)
    with zipfile.ZipFile(folder / "largeWriterIndependentTextLineRecognitionTask.zip", "w") as lists:
        lists.writestr("trainset.txt", line_list("train"))
        lists.writestr("validationset1.txt", line_list("val"))
        lists.writestr("validationset2.txt", line_list(None))
        lists.writestr("testset.txt", line_list("test"))
