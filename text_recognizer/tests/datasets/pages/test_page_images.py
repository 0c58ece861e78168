"""Parallel downloads from a server that fails, cuts, lies, and from none at all."""

import hashlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tqdm import tqdm

from text_recognizer.datasets.files import fetch as fetch_module
from text_recognizer.datasets.files import progress as progress_module
from text_recognizer.datasets.pages import page_images
from text_recognizer.datasets.pages.page_images import DIGESTS, THREADS, ensure_images
from text_recognizer.tests.datasets.fsdl_pages import PageServer, draw_page, serve_pages

PAGE = draw_page()


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch, data_root: Path) -> None:
    monkeypatch.setattr(fetch_module, "FIRST_PAUSE_SECONDS", 0.0)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


def urls(server: PageServer) -> dict[str, str]:
    return {path.removeprefix("/"): server.address + path for path in server.pages}


def images(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("*.png")}


def test_pages_arrive_at_the_same_time(tmp_path: Path) -> None:
    """The server answers only when THREADS requests are waiting: one after another would never arrive."""
    pages = {f"/{i}.png": PAGE for i in range(THREADS)}
    with serve_pages(PageServer(pages, meeting=threading.Barrier(THREADS))) as server:
        assert ensure_images(urls(server), tmp_path) == {}
    assert images(tmp_path) == {f"{i}.png" for i in range(THREADS)}


def test_there_is_one_progress_bar(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bars: list[tuple[str, int]] = []

    def recording(real: Callable[..., Any]) -> Callable[..., Any]:
        def make(*args: Any, **keys: Any) -> Any:
            if keys["disable"] is not True:
                bars.append((keys["desc"], keys["total"]))
            return real(*args, **keys)

        return make

    for module in (progress_module, fetch_module):
        monkeypatch.setattr(module, "tqdm", recording(tqdm))
    with serve_pages(PageServer({f"/{i}.png": PAGE for i in range(5)})) as server:
        ensure_images(urls(server), tmp_path)
    assert bars == [("pages", 5)]


def test_a_server_that_fails_twice_is_asked_again(tmp_path: Path) -> None:
    with serve_pages(PageServer({"/a.png": PAGE}, failures={"/a.png": 2})) as server:
        assert ensure_images(urls(server), tmp_path) == {}
    assert server.requests["/a.png"] == 3
    assert (tmp_path / "a.png").read_bytes() == PAGE


def test_a_cut_download_goes_on_where_it_ended(tmp_path: Path) -> None:
    with serve_pages(PageServer({"/a.png": PAGE}, cuts={"/a.png": 700})) as server:
        assert ensure_images(urls(server), tmp_path) == {}
    assert server.ranges == ["bytes=700-"]
    assert (tmp_path / "a.png").read_bytes() == PAGE


def test_the_part_of_an_earlier_run_is_not_mixed_with_a_new_file(tmp_path: Path) -> None:
    (tmp_path / "a.png.part").write_bytes(draw_page(["Another page"])[:900])
    with serve_pages(PageServer({"/a.png": PAGE})) as server:
        assert ensure_images(urls(server), tmp_path) == {}
    assert (tmp_path / "a.png").read_bytes() == PAGE
    assert not list(tmp_path.glob("*.part"))


def test_dead_addresses_are_listed_and_the_others_arrive(tmp_path: Path) -> None:
    with serve_pages(PageServer({"/a.png": PAGE})) as server:
        failures = ensure_images(
            {
                "gone.png": f"{server.address}/gone.png",
                **urls(server),
                "refused.png": "http://127.0.0.1:9/refused.png",
                "no_address.png": "http://127.0.0.1:x/no_address.png",
                "umlaut.png": f"{server.address}/\u00fc.png",
            },
            tmp_path,
        )
    assert list(failures) == ["gone.png", "refused.png", "no_address.png", "umlaut.png"]
    assert "404" in failures["gone.png"]
    assert server.requests["/gone.png"] == 1
    assert images(tmp_path) == {"a.png"}


@pytest.mark.parametrize(
    ("body", "length", "reason"),
    [
        (PAGE[:3000], None, "damaged"),  # cut, and the server does not know
        (PAGE, str(len(PAGE) // 2), "damaged"),  # a length that is too short
        (b"<html>gone</html>", None, "html"),
        (b"", None, "0 bytes"),
        (PAGE, str(10**9), "at most"),  # refused before the body is read
    ],
    ids=["truncated", "short length", "no image", "empty", "huge length"],
)
def test_what_is_no_whole_image_is_refused(
    tmp_path: Path, body: bytes, length: str | None, reason: str
) -> None:
    lengths = {} if length is None else {"/a.png": length}
    with serve_pages(PageServer({"/a.png": body}, lengths=lengths)) as server:
        failures = ensure_images(urls(server), tmp_path)
    assert reason in failures["a.png"]
    assert not images(tmp_path)
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize("length", [str(len(PAGE) + 500), "many", "-5"])
def test_a_length_that_is_wrong_does_no_harm_to_a_whole_image(tmp_path: Path, length: str) -> None:
    with serve_pages(PageServer({"/a.png": PAGE}, lengths={"/a.png": length})) as server:
        assert ensure_images(urls(server), tmp_path) == {}
    assert (tmp_path / "a.png").read_bytes() == PAGE


def test_a_body_beyond_the_limit_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = fetch_module.FetchPolicy(attempts=2, max_bytes=len(PAGE) - 1, bar=False, continues=False)
    monkeypatch.setattr(page_images, "_POLICY", policy)
    with serve_pages(PageServer({"/a.png": PAGE}, lengths={"/a.png": "unknown"})) as server:
        failures = ensure_images(urls(server), tmp_path)
    assert "at most" in failures["a.png"]
    assert not list(tmp_path.glob("a.png*"))


def test_verified_pages_are_kept_and_their_digests_written(tmp_path: Path) -> None:
    with serve_pages(PageServer({"/a.png": PAGE, "/b.png": PAGE})) as server:
        ensure_images({"a.png": f"{server.address}/a.png"}, tmp_path)
        ensure_images(urls(server), tmp_path)
    assert server.requests == {"/a.png": 1, "/b.png": 1}
    digest = hashlib.sha256(PAGE).hexdigest()
    assert (tmp_path / DIGESTS).read_text() == f"{digest}  a.png\n{digest}  b.png\n"


def test_a_recorded_page_is_not_decoded_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.png").write_bytes(PAGE)
    assert ensure_images({"a.png": "http://127.0.0.1:9/a.png"}, tmp_path) == {}  # put there by hand
    monkeypatch.setattr(page_images, "load_image", lambda path: pytest.fail(f"decoded {path}"))
    assert ensure_images({"a.png": "http://127.0.0.1:9/a.png"}, tmp_path) == {}


def test_a_damaged_page_is_set_aside_and_fetched_again(tmp_path: Path) -> None:
    with serve_pages(PageServer({"/a.png": PAGE})) as server:
        ensure_images(urls(server), tmp_path)
        (tmp_path / "a.png").write_bytes(PAGE[:2000])
        assert ensure_images(urls(server), tmp_path) == {}
    assert (tmp_path / "a.png").read_bytes() == PAGE
    assert (tmp_path / "a.png.damaged").read_bytes() == PAGE[:2000]


def test_offline_opens_no_socket_and_touches_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXT_RECOGNIZER_OFFLINE", "1")
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("a socket was opened"))
    (tmp_path / "damaged.png").write_bytes(PAGE[:2000])
    (tmp_path / "here.png").write_bytes(PAGE)
    names = ["damaged.png", "here.png", "missing.png"]
    failures = ensure_images({name: f"http://127.0.0.1:9/{name}" for name in names}, tmp_path)
    assert list(failures) == ["damaged.png", "missing.png"]
    assert "offline" in failures["missing.png"]
    assert (tmp_path / "damaged.png").read_bytes() == PAGE[:2000]
