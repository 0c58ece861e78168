"""A sample of the hostile documents; tasks/test_hostile_images.sh sends 10,000 mutations to the models."""

from collections.abc import Iterator
from itertools import chain

import pytest
from flask.testing import FlaskClient

from api.app import create_app
from api.config import ApiConfig
from api.decoder_process import DecoderProcess
from api.tests.hostile import corpus, documents
from api.tests.hostile.cases import (
    DOCUMENTS,
    LESSONS,
    PAGES,
    RENDERED,
    forms_and_lessons,
    mutated_form_and_lesson,
)
from api.tests.hostile.run import QuickRecognizer, fault, fault_of, services
from text_recognizer.images.limits import LIMITS

pytest.importorskip("pypdfium2")
pytestmark = [pytest.mark.slow, pytest.mark.process]

MAX_PAGE_SECONDS = 1.0  # a third of the service's, so that those which take too long take less here

BOMBS = {
    "pdf protected": 400,
    "pdf without pages": 422,
    "pdf of a billion pages": 200,
    "pdf of minus one page": 200,
    "pdf whose pages hold themselves": 422,
    "pdf whose table is its own": 200,
    "pdf of a huge page": 200,
    "pdf of a page without height": 200,
    "pdf of a page of nothing": 200,
    "pdf of a picture of 2 GP": 413,
    "pdf of a picture of -1": 413,
    "pdf in which deflate unpacks to 100 MB": 200,
    "pdf of 5,000 brackets": 200,
    "pdf of nested states": 200,
    "pdf of a form that shows itself": 422,
    "pdf of forms that double": 422,
    "tiff whose pages go round": 200,
    "tiff of 20,000 pages": 413,
    "tiff with a page of 46,000 x 46,000": 413,
}
MAY_BE_LATE = {  # on a busy machine
    "pdf of a huge page",
    "pdf of a page without height",
    "pdf in which deflate unpacks to 100 MB",
    "pdf of 5,000 brackets",
    "pdf of nested states",
}


@pytest.fixture(scope="module")
def client() -> Iterator[FlaskClient]:
    decoder = DecoderProcess(LIMITS, documents=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("api.decoder_process.MAX_PAGE_SECONDS", MAX_PAGE_SECONDS)
        patch.setattr("api.app.DecoderProcess", lambda *_, **__: decoder)
        config = ApiConfig(request_timeout=120, decoder_process=True)
        yield create_app(config, QuickRecognizer()).test_client()
    decoder.close()


@pytest.mark.parametrize("name", documents.seeds())
def test_seeds_are_read_and_their_parts_refused_or_read(name: str, client: FlaskClient) -> None:
    data = documents.seeds()[name]
    assert fault(client, data, DOCUMENTS) == (200, "")
    cut = corpus.truncations(data)
    assert [wrong for part in cut if (wrong := fault(client, part, DOCUMENTS)[1])] == []


def test_every_bomb_has_its_answer() -> None:
    assert BOMBS.keys() == documents.bombs().keys()


@pytest.mark.parametrize("name", BOMBS)
def test_bombs(name: str, client: FlaskClient) -> None:
    assert len(documents.bombs()[name]) < 4_000_000
    status, wrong = fault(client, documents.bombs()[name], DOCUMENTS)
    assert not wrong
    assert status in ({BOMBS[name], 422} if name in MAY_BE_LATE else {BOMBS[name]})


def test_a_page_that_never_ends_costs_its_document_alone(client: FlaskClient) -> None:
    assert fault(client, documents.endless_pdf(), DOCUMENTS) == (422, "")
    assert fault(client, documents.seeds()["pdf of strokes"], DOCUMENTS) == (200, "")


@pytest.mark.parametrize("fifty", range(4))
def test_mutations(fifty: int, client: FlaskClient) -> None:
    numbers = range(fifty * 50, fifty * 50 + 50)
    answers = {number: fault(client, documents.mutation(number), DOCUMENTS) for number in numbers}
    assert {number: wrong for number, (_, wrong) in answers.items() if wrong} == {}
    assert len({status for status, _ in answers.values()}) > 1  # they are neither all refused nor all read


def test_mutations_are_the_same_for_everyone() -> None:
    assert documents.mutation(7) == documents.mutation(7) != documents.mutation(8)


@pytest.mark.parametrize("name", documents.seeds())
def test_pages_are_shown(name: str, client: FlaskClient) -> None:
    assert fault(client, documents.seeds()[name], PAGES) == (200, "")


@pytest.mark.parametrize("name", sorted(BOMBS.keys() - MAY_BE_LATE))
def test_no_page_of_a_bomb_fails_the_service(name: str, client: FlaskClient) -> None:
    assert fault(client, documents.bombs()[name], PAGES)[1] == ""


def test_forms_and_lessons_are_answered_as_documented() -> None:
    hostile = [*forms_and_lessons(), *chain.from_iterable(map(mutated_form_and_lesson, range(60)))]
    with services(QuickRecognizer()) as clients:
        answers = {case: fault_of(clients[case.route], case) for case in hostile}
    assert {case.name: wrong for case, (_, wrong) in answers.items() if wrong} == {}
    found = {(case.route, status) for case, (status, _) in answers.items()}
    assert {(RENDERED, 200), (RENDERED, 400), (LESSONS, 202), (LESSONS, 400), (LESSONS, 413)} <= found
