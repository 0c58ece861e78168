import pytest

from api.clients.address import client_address, networks

PROXIES = networks(["10.0.0.0/8", "192.0.2.7", "2001:db8:1::/48"])


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("198.51.100.1", None, "198.51.100.1"),
        ("198.51.100.1", "203.0.113.5", "198.51.100.1"),  # anyone can write the header
        ("10.0.0.1", None, "10.0.0.1"),
        ("10.0.0.1", "203.0.113.5", "203.0.113.5"),
        ("10.0.0.1", "6.6.6.6, 203.0.113.5, 192.0.2.7", "203.0.113.5"),
        ("10.0.0.1", "203.0.113.5, unknown", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "10.0.0.2", "10.0.0.2"),
        ("2001:db8:1::1", "2001:db8:99:7:1:2:3:4", "2001:db8:99:7::/64"),
        ("2001:db8:99:7::1", None, "2001:db8:99:7::/64"),
        ("::ffff:198.51.100.1", None, "198.51.100.1"),
        ("", "203.0.113.5", ""),
    ],
)
def test_the_client_is_whoever_the_last_untrusted_address_is(
    peer: str, forwarded: str | None, client: str
) -> None:
    assert client_address(peer, forwarded, PROXIES) == client


def test_networks_are_checked() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        networks(["10.0.0.1", "nonsense"])
