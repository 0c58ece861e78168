"""Keys with names, limits of clients, probes on a port of their own: as an application answers them."""

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from api.tests.conftest import PNG, make
from api.tests.problems import URL, assert_problem, data_uri
from text_recognizer.errors import ConfigError

KEY = "a-key-of-16-characters"


def status(client: FlaskClient, path: str = "/v1/models", **request: Any) -> int:
    return client.get(path, **request).status_code


def test_a_client_that_sends_too_much_is_a_429_with_retry_after(png: bytes) -> None:
    client = make(rate_limit=0.5, rate_burst=2)
    assert [client.post(URL, data=png, **PNG).status_code for _ in range(2)] == [200, 200]
    refused = client.post(URL, data=png, **PNG)
    assert_problem(refused, 429, "0.5 a second", "Retry-After")
    assert refused.headers["Retry-After"] == "2"
    assert status(client, "/livez") == status(client, "/metrics") == status(client, "/") == 200
    assert status(client, environ_base={"REMOTE_ADDR": "192.0.2.9"}) == 200, "another client"


def test_the_images_of_a_batch_count(png: bytes) -> None:
    client = make(rate_limit=0.1, rate_burst=3)
    assert client.post(URL + "/batch", json={"images": [data_uri(png)] * 3}).status_code == 200
    assert status(client) == 429


def test_clients_behind_a_proxy_are_told_apart() -> None:
    client = make(
        rate_limit=0.1,
        rate_burst=1,
        client_header="X-Forwarded-For",
        trusted_proxies=frozenset({"127.0.0.0/8"}),
    )
    first, second = ({"X-Forwarded-For": address} for address in ("203.0.113.1", "203.0.113.2"))
    assert [status(client, headers=each) for each in (first, second, first)] == [200, 200, 429]
    forged = {"X-Forwarded-For": "198.51.100.1, 203.0.113.1"}
    assert status(client, headers=forged) == 429


def test_each_key_has_its_own_limit_wherever_it_comes_from(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_text(f"one {KEY}-1\ntwo {KEY}-2\n", encoding="utf-8")
    client = make(rate_limit=0.1, rate_burst=1, keys_file=str(path))
    one, two = ({"X-API-Key": f"{KEY}-{number}"} for number in (1, 2))
    elsewhere = {"REMOTE_ADDR": "192.0.2.9"}
    assert [status(client, headers=each) for each in (one, two)] == [200, 200]
    assert status(client, headers=one, environ_base=elsewhere) == 429
    assert [status(client), status(client)] == [401, 429], "who guesses keys is limited, too"


def test_the_log_names_the_key(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "keys"
    path.write_text(f"phone {KEY}\n", encoding="utf-8")
    client = make(keys_file=str(path))
    client.application.logger.propagate = True
    with caplog.at_level("INFO"):
        status(client, headers={"Authorization": f"Bearer {KEY}"})
    assert caplog.records[-1].fields["client"] == "key phone"  # type: ignore[attr-defined]
    assert KEY not in caplog.text


def test_a_file_of_keys_that_is_missing_is_told_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        make(keys_file=str(tmp_path / "missing"))


def test_probes_and_metrics_have_a_port_of_their_own_if_it_is_set() -> None:
    client = make(probe_port=9000, api_key=KEY)
    probes, main = "http://localhost:9000", "http://localhost:8000"
    for path in ("/livez", "/readyz", "/metrics"):
        assert status(client, path, base_url=probes) == 200
    for path in ("/", "/v1/models", "/openapi.json", "/nothing"):
        assert_problem(client.get(path, base_url=probes), 404)
    assert_problem(client.get("/metrics", base_url=main, headers={"X-API-Key": KEY}), 404)
    assert status(client, "/livez", base_url=main) == 200
    assert status(client, base_url=main) == 401


@pytest.mark.parametrize(
    "settings",
    [
        {"rate_limit": -1.0},
        {"rate_limit": float("inf")},
        {"rate_burst": 0},
        {"probe_port": 8000},
        {"probe_port": 70_000},
        {"client_header": "X-Forwarded-For"},
        {"trusted_proxies": frozenset({"proxy.example"})},
    ],
)
def test_settings_that_do_not_fit_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=next(iter(settings)).upper()):
        make(**settings)
