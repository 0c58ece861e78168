"""Dotted overrides: what a value is, where it goes, what is refused."""

import argparse

import pytest

from text_recognizer.errors import ConfigError
from text_recognizer.tooling.overrides import (
    add_override_argument,
    check_arguments,
    parse_overrides,
    with_overrides,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a=3", 3),
        ("a=3e-4", 3e-4),
        ("a=null", None),
        ("a=true", True),
        ("a=[1, 2]", [1, 2]),
        ('a={"b": 1}', {"b": 1}),
        ("a=cosine", "cosine"),
        ("a=x=y", "x=y"),
        ('a="3"', "3"),
        ("a=", ""),
    ],
)
def test_a_value_is_json_or_a_string(text: str, value: object) -> None:
    assert parse_overrides([text]) == {"a": value}


@pytest.mark.parametrize("text", ["train_args.epochs", "=3", "a.=3", ".a=3", "a..b=3"])
def test_what_is_no_assignment_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="Expected KEY=VALUE"):
        parse_overrides([text])


def test_a_key_has_one_value() -> None:
    with pytest.raises(ConfigError, match=r"'a\.b' is given twice"):
        parse_overrides(["a.b=1", "c=1", "a.b=2"])


def test_values_are_set_in_a_copy() -> None:
    values = {"network": "mlp", "train_args": {"epochs": 1, "seed": 2}}
    changed = with_overrides(
        values, {"train_args.epochs": 3, "network_args.layer_size": 64, "network": "lenet"}
    )
    assert changed == {
        "network": "lenet",
        "train_args": {"epochs": 3, "seed": 2},
        "network_args": {"layer_size": 64},
    }
    assert values == {"network": "mlp", "train_args": {"epochs": 1, "seed": 2}}


def test_no_value_is_shared_between_copies() -> None:
    overrides = {"a.sizes": [1, 2]}
    first, second = with_overrides({}, overrides), with_overrides({}, overrides)
    first["a"]["sizes"].append(3)
    assert second == {"a": {"sizes": [1, 2]}}


def test_a_key_leads_through_objects_alone() -> None:
    with pytest.raises(ConfigError, match=r"object under 'train_args\.epochs'.*received 3"):
        with_overrides({"train_args": {"epochs": 3}}, {"train_args.epochs.first": 1})


def test_unknown_arguments_name_the_known() -> None:
    def network(shape: int, size: int = 1, dropout: float = 0.1) -> None: ...

    check_arguments("network", network, {"size": 3}, skip=1)
    with pytest.raises(
        ConfigError, match=r"network among \['dropout', 'size'\]; received \['depth', 'shape'\]"
    ):
        check_arguments("network", network, {"depth": 3, "shape": 1}, skip=1)


def test_option_is_repeatable_and_empty_by_default() -> None:
    parser = argparse.ArgumentParser()
    add_override_argument(parser, "anything")
    assert parser.parse_args([]).override == []
    assert parser.parse_args(["-o", "a=1", "--override", "b=2"]).override == ["a=1", "b=2"]
