"""Pages and rows in a bucket: a service that speaks S3 on this machine stands for AWS."""

import io
import json
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image

from evaluation.scaling.actors import local_cluster
from text_recognizer.errors import InvalidInputError
from text_recognizer.ray.pages import Counts, PageActor, done, recognize_pages
from text_recognizer.tests.ray.test_pages import batch, loaded, read
from text_recognizer.tests.tiny_models import draw_page

pytest.importorskip("pyarrow")
pytest.importorskip("flask_cors", reason="needs the server of moto: pip install flask-cors")
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]  # the warnings of moto and of Ray


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """HOST:PORT of a service that has an empty bucket `scans`."""
    from moto.server import ThreadedMotoServer

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "any")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    bucket().create_bucket(Bucket="scans")
    yield f"{host}:{port}"
    urllib.request.urlopen(
        urllib.request.Request(f"http://{host}:{port}/moto-api/reset", method="POST")
    ).close()
    server.stop()


def bucket() -> Any:
    """Return a client of the service."""
    import boto3

    return boto3.client("s3")


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
@pytest.mark.parametrize("stated", ["environment", "address"])
def test_rows_are_written_to_a_bucket_and_found_there(
    address: str, monkeypatch: pytest.MonkeyPatch, form: Any, stated: str
) -> None:
    output = "s3://scans/rows"
    if stated == "address":
        monkeypatch.delenv("AWS_ENDPOINT_URL")
        output += f"?scheme=http&endpoint_override={address}"
    assert done(output, form) == set()
    for images in ({"a": b"text", "b": b""}, {"a": b"text", "b": b""}, {"c": b"more"}):
        PageActor(output, form, read=read)(batch(**images))
    assert done(output, form) == {"a", "b", "c"}


@pytest.mark.usefixtures("address")
def test_a_bucket_without_images_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("ray", reason="needs ray: pip install -e '.[ray]'")
    with pytest.raises(InvalidInputError, match="no image below s3://scans/in"):
        recognize_pages("s3://scans/in", "s3://scans/rows")


@pytest.mark.usefixtures("address")
def test_a_cluster_reads_from_a_bucket_and_goes_on() -> None:
    pytest.importorskip("ray", reason="needs ray: pip install -e '.[ray]'")
    image = io.BytesIO()
    Image.fromarray(draw_page([2])).save(image, "PNG")
    scans = bucket()
    for name, data in (("a", image.getvalue()), ("deep/b", image.getvalue()), ("deep/c", b"no image")):
        scans.put_object(Bucket="scans", Key=f"in/{name}.png", Body=data)
    with local_cluster(2):
        assert recognize_pages("s3://scans/in", "s3://scans/rows", read=loaded) == Counts(2, 1, 0)
        scans.put_object(Bucket="scans", Key="in/later.png", Body=image.getvalue())
        assert recognize_pages("s3://scans/in", "s3://scans/rows", read=loaded) == Counts(1, 0, 3)
    keys = [entry["Key"] for entry in scans.list_objects_v2(Bucket="scans", Prefix="rows/part-")["Contents"]]
    bodies = [scans.get_object(Bucket="scans", Key=key)["Body"].read() for key in keys]
    rows = [json.loads(line) for body in bodies for line in body.splitlines()]
    assert sorted(row["image"] for row in rows) == [
        "scans/in/a.png", "scans/in/deep/b.png", "scans/in/deep/c.png", "scans/in/later.png",
    ]  # fmt: skip
    assert [bool(row["error"]) for row in sorted(rows, key=lambda row: row["image"])] == [0, 0, 1, 0]
