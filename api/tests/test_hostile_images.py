"""A sample of the hostile images; tasks/test_hostile_images.sh sends 100,000 mutations to the models."""

import pytest
from flask.testing import FlaskClient

from api.app import create_app
from api.config import ApiConfig
from api.tests.hostile import corpus
from api.tests.hostile.cases import IMAGES, LESSONS, RENDERED, Share, cases
from api.tests.hostile.run import QuickRecognizer, fault
from text_recognizer.tests.images import hostile_files

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return create_app(ApiConfig(request_timeout=120), QuickRecognizer()).test_client()


@pytest.mark.parametrize("name", corpus.seeds())
def test_seeds_are_read_and_their_parts_refused_or_read(name: str, client: FlaskClient) -> None:
    data = corpus.seeds()[name]
    assert fault(client, data) == (200, "")
    assert [wrong for part in corpus.truncations(data) if (wrong := fault(client, part)[1])] == []


BOMBS = {
    "png 900 MP": 413,
    "png 2^31 x 2^31": 413,
    "png 26 MP": 413,
    "png 1 x 20,001": 413,
    "png 65,535 x 1": 413,
    "png 0 x 0": 422,
    "png 1 x 0": 422,
    "png unpacks to more": 200,
    "png text bomb": 200,
    "png texts": 200,
    "png profile bomb": 200,
    "png exif bomb": 200,
    "bmp 2^31": 413,
    "gif 65,535 x 65,535": 413,
    "jpeg 65,500 x 65,500": 413,
    "jpeg 5000 x 5000": 200,
    "jpeg of 5000 scans": 413,
    "webp 4900 x 4900": 413,
    "tiff 25 MP of floats": 200,
    "tiff 26 MP of floats": 413,
    "tiff that refers to itself": 422,
}


@pytest.mark.slow
def test_every_bomb_has_its_answer() -> None:
    assert BOMBS.keys() == corpus.bombs().keys()


@pytest.mark.parametrize("name", BOMBS)
def test_bombs(name: str, client: FlaskClient) -> None:
    assert len(corpus.bombs()[name]) < 4_000_000
    assert fault(client, corpus.bombs()[name]) == (BOMBS[name], "")


@pytest.mark.parametrize("name", hostile_files.FILES)
def test_hostile_files_have_their_status(name: str, client: FlaskClient) -> None:
    assert fault(client, hostile_files.make(name)) == (hostile_files.FILES[name][0], "")


@pytest.mark.parametrize("name", corpus.wrong_types())
def test_wrong_types(name: str, client: FlaskClient) -> None:
    status, wrong = fault(client, corpus.wrong_types()[name])
    assert wrong == ""
    assert status == (400 if name == "empty" else 422 if name.startswith("magic") else 415)


@pytest.mark.parametrize("name", corpus.polyglots())
def test_polyglots(name: str, client: FlaskClient) -> None:
    status, wrong = fault(client, corpus.polyglots()[name])
    assert wrong == ""
    if name in ("html and png", "pdf and jpeg", "riff of avi"):
        assert status == 415


@pytest.mark.parametrize("hundred", range(5))
def test_mutations(hundred: int, client: FlaskClient) -> None:
    answers = {
        number: fault(client, corpus.mutation(number)) for number in range(hundred * 100, hundred * 100 + 100)
    }
    assert {number: wrong for number, (_, wrong) in answers.items() if wrong} == {}
    assert len({status for status, _ in answers.values()}) > 1  # they are neither all refused nor all read


def test_mutations_are_the_same_for_everyone() -> None:
    assert corpus.mutation(7) == corpus.mutation(7) != corpus.mutation(8)


def test_a_run_goes_on_where_one_has_stopped() -> None:
    whole = list(cases(range(1, 31)))
    assert whole == [*cases(range(1, 11)), *cases(range(11, 31))]
    assert {LESSONS, RENDERED} <= {case.route for case in whole}
    assert len({case.name for case in whole}) == len(whole) == 30 + 3 * 4


def test_two_runs_share_the_work() -> None:
    shares: tuple[Share, Share] = ("images", "others")
    images, others = (list(cases(range(1, 31), share)) for share in shares)
    assert {case.route for case in images} == {IMAGES}
    assert IMAGES not in {case.route for case in others}
    assert sorted([*images, *others]) == sorted(cases(range(1, 31)))
