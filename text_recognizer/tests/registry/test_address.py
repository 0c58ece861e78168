import pytest

from text_recognizer.errors import InvalidInputError
from text_recognizer.registry.address import FolderAddress, ModelAddress

DIGEST = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("url", "prefix"),
    [("s3://some", ""), ("s3://some/", ""), ("s3://some/a/b", "a/b/"), ("s3://some//a/", "a/")],
)
def test_folders(url: str, prefix: str) -> None:
    assert FolderAddress.parse(url) == FolderAddress("some", prefix)


def test_models_with_and_without_a_digest() -> None:
    folder = FolderAddress("some", "a/")
    assert ModelAddress.parse("s3://some/a/mine") == ModelAddress(folder, "mine")
    assert ModelAddress.parse(f"s3://some/a/mine@sha256:{DIGEST}") == ModelAddress(folder, "mine", DIGEST)
    address = ModelAddress.parse("s3://some/mine/")
    assert (str(address), address.key("model.onnx")) == ("s3://some/mine", "mine/model.onnx")


@pytest.mark.parametrize(
    "url",
    [
        "s3://some", "s3://", "https://some/a", "s3://So/a", "s3://some/../a", "s3://some/a/..", "s3://some/.a",
        "s3://some/a b", "s3://some/a@sha256:12", f"s3://some/a@sha256:{DIGEST[:-1]}X",
    ],
)  # fmt: skip
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(InvalidInputError, match="Expected"):
        ModelAddress.parse(url)


def test_a_name_cannot_lead_out_of_its_folder() -> None:
    for name in ("..", "a/b", ""):
        with pytest.raises(InvalidInputError, match="name of a model"):
            FolderAddress("some", "").model(name)
