import io
import re
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient
from PIL import Image

from api.app import create_app
from api.config import ApiConfig
from api.routes import web
from api.tests.conftest import FakeRecognizer
from text_recognizer import __version__
from text_recognizer.formats import ALL_FORMATS
from text_recognizer.predictions.languages import LANGUAGE_CHOICES

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8"}


class Page(HTMLParser):
    """Lists what the page refers to, and what a strict policy would refuse."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.inline: list[str] = []
        self.options: dict[str, str] = {}
        self.values: list[str] = []
        self.examples: list[str] = []
        self.attributes: dict[str, str] = {}
        self._tag = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self._tag = tag
        self.addresses += [values[name] for name in ("href", "src") if name in values]
        self.inline += [name for name in values if name == "style" or name.startswith("on")]
        self.examples += [values["data-src"]] if "data-src" in values else []
        self.values += [values["value"]] if tag == "option" else []
        if "data-suffix" in values:
            self.options[values["value"]] = values["data-suffix"]
        if tag == "html":
            self.attributes = values

    def handle_endtag(self, tag: str) -> None:
        self._tag = ""

    def handle_data(self, data: str) -> None:
        if self._tag in ("script", "style") and data.strip():
            self.inline.append(data)


@pytest.fixture
def page(client: FlaskClient) -> Page:
    return Page(client.get("/", headers=BROWSER).text)


@pytest.mark.parametrize("accept", [None, "*/*", "application/json", "application/json, text/html;q=0.5"])
def test_programs_get_the_index(client: FlaskClient, accept: str | None) -> None:
    response = client.get("/", headers={"Accept": accept} if accept else {})
    body = response.get_json()
    assert (body["name"], body["version"]) == ("text_recognizer", __version__)
    assert "Accept" in response.vary


def test_browsers_get_the_page_under_a_strict_policy(client: FlaskClient) -> None:
    response = client.get("/", headers=BROWSER)
    assert response.content_type == "text/html; charset=utf-8"
    assert (response.headers["Cache-Control"], "Accept" in response.vary) == ("no-cache", True)
    policy = dict(part.split(" ", 1) for part in response.headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert (policy["script-src"], policy["style-src"], policy["connect-src"]) == ("'self'",) * 3
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert "unsafe" not in response.headers["Content-Security-Policy"]


def test_the_page_has_nothing_inline(page: Page) -> None:
    assert page.inline == []


def test_the_page_refers_to_this_server_only(client: FlaskClient, page: Page) -> None:
    assert len(page.addresses) > 5
    for address in page.addresses:
        assert not re.match(r"[a-z]+:|/", address)  # relative: it works behind a prefix as well
        assert client.get(f"/{address}").status_code == 200


def test_no_file_names_another_server() -> None:
    for path in web.FOLDER.rglob("*.*"):
        if path.suffix != ".webp":
            text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
            assert not re.search(r"https?://|[\"'(]//", text), path


def test_assets_are_kept_for_good_and_imports_resolve(client: FlaskClient, page: Page) -> None:
    script = next(address for address in page.addresses if address.endswith("app.js"))
    todo, done = [script], set[str]()
    while todo:
        response = client.get(f"/{(address := todo.pop())}")
        assert (response.status_code, response.mimetype) == (200, "text/javascript"), address
        assert "immutable" in response.headers["Cache-Control"]
        done.add(address)
        folder = address.rsplit("/", 1)[0]
        imports = re.findall(r'(?:from |import\()"\./(.+?)"', response.text)
        todo += [path for name in imports if (path := f"{folder}/{name}") not in done]
    assert {name.rsplit("/", 1)[1] for name in done} == {path.name for path in web.FOLDER.glob("*.js")}


def test_the_start_page_is_light(client: FlaskClient, page: Page) -> None:
    todo, done = [address for address in page.addresses if address.startswith("assets/")], dict[str, int]()
    while todo:
        response = client.get(f"/{(address := todo.pop())}")
        done[address] = len(response.data)
        if address.endswith(".js"):  # and what it imports at once
            names = re.findall(r'from "\./(.+?)"', response.text)
            todo += [f"{address.rsplit('/', 1)[0]}/{name}" for name in names]
    assert len(done) > 7
    assert sum(done.values()) + len(client.get("/", headers=BROWSER).data) <= 150_000


@pytest.mark.parametrize("name", ["", "nothing.js", "index.html", "../web.py", "%2e%2e/web.py", "examples"])
def test_nothing_else_is_served(client: FlaskClient, page: Page, name: str) -> None:
    folder = page.addresses[0].rsplit("/", 1)[0]
    response = client.get(f"/{folder}/{name}")
    assert (response.status_code, response.content_type) == (404, "application/problem+json")


def test_another_version_has_other_addresses(client: FlaskClient, page: Page) -> None:
    folder = page.addresses[0].split("/")[1]
    assert re.fullmatch("[0-9a-f]{16}", folder)
    assert client.get(f"/assets/{'0' * 16}/app.js").status_code == 404


def test_the_formats_are_those_of_the_service(page: Page) -> None:
    assert page.options == {name: each.suffix for name, each in ALL_FORMATS.items()}


def test_the_languages_are_those_of_the_service(page: Page) -> None:
    assert page.values[: len(LANGUAGE_CHOICES)] == [*LANGUAGE_CHOICES]


def test_the_page_knows_the_limits(recognizer: FakeRecognizer) -> None:
    config = ApiConfig(max_content_length=3000, max_pixels=77, max_side=11)
    page = Page(create_app(config, recognizer).test_client().get("/", headers=BROWSER).text)
    given = {name: page.attributes[f"data-max-{name}"] for name in ("bytes", "pixels", "side")}
    assert given == {"bytes": "2000", "pixels": "77", "side": "11"}


def test_the_examples_are_pictures_that_the_service_reads(client: FlaskClient, page: Page) -> None:
    assert len(page.examples) == 3
    for address in page.examples:
        data = client.get(f"/{address}").data
        assert Image.open(io.BytesIO(data)).format == "WEBP"
        assert client.post("/v1/predict", data=data, content_type="image/webp").status_code == 200
