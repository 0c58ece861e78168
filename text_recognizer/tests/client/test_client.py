"""The client alone; against the service itself it is tested in api/tests/test_client.py."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from text_recognizer.client import Answer, Client, DocumentAnswer
from text_recognizer.errors import InvalidInputError
from text_recognizer.geometry import Region
from text_recognizer.predictions.document import DocumentPrediction, PageFailure
from text_recognizer.predictions.types import LinePrediction, PagePrediction, TextSpan
from text_recognizer.tests.formats.pages import WORDS
from text_recognizer.tests.repository import ROOT

PAGE = PagePrediction(
    (
        LinePrediction(
            "be",
            0.9,
            Region(4, 5, 50, 20),
            (TextSpan("be", 0.8, 4, 30),),
            (TextSpan("b", 0.9, 4, 15), TextSpan("e", 0.7, 15, 30)),
        ),
        *WORDS.lines,
    ),
    60,
    40,
)


MODEL = {"model": {"name": "Lines", "sha256": "a" * 64}}
ONE = {**PAGE.to_dict(), "mode": "page"}
DOCUMENT = {"count": 3, "pages": [ONE, {"page": 3, "error": {"status": 422, "detail": "too much"}}], **MODEL}
JOB = "f" * 32


class CannedService(BaseHTTPRequestHandler):
    """Answers every image with `PAGE`, every document with `DOCUMENT`; a job is done when asked again."""

    asked = 0

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers["Prefer"] == "respond-async":
            self._answer({"job": JOB, "state": "waiting"}, 202)
        elif "documents" in self.path:
            self._answer(DOCUMENT if "format=json" in self.path else {"asked": self.path})
        else:
            self._answer({"results": [ONE], **MODEL} if "batch" in self.path else {**ONE, **MODEL})

    def do_GET(self) -> None:
        assert self.path == f"/v1/jobs/{JOB}"
        CannedService.asked += 1
        if CannedService.asked == 1:
            self._answer({"job": JOB, "state": "running"}, 202)
        else:
            self._answer(DOCUMENT)

    def _answer(self, answer: object, status: int = 200) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Retry-After", "0")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    server = HTTPServer(("127.0.0.1", 0), CannedService)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Client(f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    thread.join()
    server.server_close()


def test_words_and_characters_arrive_with_places_and_confidences(client: Client) -> None:
    expected = Answer(PAGE, "Lines", "a" * 64)
    assert client.recognize(b"image") == expected
    assert client.recognize_batch([b"image"]) == [expected]


def test_documents_arrive_with_their_failures(client: Client) -> None:
    document = DocumentPrediction((PAGE,), failures=(PageFailure(3, "too much"),))
    expected = DocumentAnswer(document, 3, "Lines", "a" * 64)
    assert client.recognize_document(b"document") == expected
    assert client.recognize_document(b"document", later=True) == expected
    assert CannedService.asked == 2


def test_documents_in_a_format(client: Client) -> None:
    answer = json.loads(client.recognize_document_as(b"document", "pdf", pages="1-3,7", language="fr"))
    assert answer["asked"] == "/v1/documents?pages=1-3%2C7&language=fr&format=pdf"
    answer = json.loads(client.recognize_document_as(b"document", "text", alternatives=3))
    assert answer["asked"] == "/v1/documents?alternatives=3&format=text"
    with pytest.raises(InvalidInputError, match="recognize_document_as"):
        client.recognize_as(b"image", "pdf")


def test_it_runs_in_an_interpreter_without_any_package() -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "from text_recognizer.client import Client\n"
        "Client('http://127.0.0.1:8000')\n"
        "print({name.partition('.')[0] for name in sys.modules} - {'__main__', *sys.stdlib_module_names})"
    )
    process = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=False
    )
    assert process.stderr == ""
    assert process.stdout == "{'text_recognizer'}\n"
