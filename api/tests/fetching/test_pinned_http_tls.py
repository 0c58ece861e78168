"""The loader of image_url over TLS: it checks the name that was asked for."""

import socket
import ssl
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from api.fetching.image_url import ImageUrlLoader
from api.tests.fake_network import PUBLIC, FakeNetwork, Handler, answers
from api.tests.fetching.page import GOOD, HOST, MAX_BYTES, PNG, loader
from text_recognizer.errors import RemoteError, RemoteTimeoutError


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate of HOST that signs itself, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    command += ["-keyout", str(key), "-out", str(certificate), "-days", "2", "-subj", f"/CN={HOST}"]
    try:
        subprocess.run([*command, "-addext", f"subjectAltName=DNS:{HOST}"], check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("needs the command openssl")
    return certificate, key


def over_tls(handler: Handler, certificate: tuple[Path, Path], names: list[str | None]) -> Handler:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    context.sni_callback = lambda connection, name, context: names.append(name)

    def handle(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secure:
            handler(secure)

    return handle


def test_https_checks_the_name_and_not_the_address(
    network: FakeNetwork,
    play: Callable[[Handler], None],
    certificate: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    names: list[str | None] = []
    network.names["other.example"] = [[PUBLIC]]
    play(over_tls(answers(GOOD), certificate, names))
    fetch = ImageUrlLoader(frozenset(), MAX_BYTES, 10)
    assert fetch(f"https://{HOST}/page.png") == PNG
    assert names == [HOST]
    assert network.connections == [(PUBLIC, 443)]
    for url in ("https://other.example/", f"https://{PUBLIC}/"):
        with pytest.raises(RemoteError, match="SSLCertVerificationError"):
            fetch(url)


def test_https_wants_a_certificate_that_is_trusted(
    play: Callable[[Handler], None], certificate: tuple[Path, Path]
) -> None:
    play(over_tls(answers(GOOD), certificate, []))
    with pytest.raises(RemoteError, match="SSLCertVerificationError"):
        loader()(f"https://{HOST}/")


def test_https_against_a_server_without(play: Callable[[Handler], None]) -> None:
    play(lambda connection: connection.sendall(GOOD))
    with pytest.raises(RemoteError, match="SSLError"):
        loader()(f"https://{HOST}/")


def test_handshake_that_never_ends(play: Callable[[Handler], None]) -> None:
    play(lambda connection: time.sleep(2))
    with pytest.raises(RemoteTimeoutError):
        loader(timeout=0.3)(f"https://{HOST}/")
