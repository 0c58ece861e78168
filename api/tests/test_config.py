import re
from dataclasses import fields
from pathlib import Path

import pytest

import api
from api.config import ApiConfig
from text_recognizer.errors import ConfigError
from text_recognizer.images.limits import LIMITS


def test_settings_come_from_the_environment() -> None:
    assert ApiConfig.from_environment({"PATH": "/bin"}) == ApiConfig()
    variables = {
        "HOST": "0.0.0.0",
        "PORT": "80",
        "REQUEST_TIMEOUT": "2.5",
        "IMAGE_URL": "1",
        "S3": "True",
        "IMAGE_URL_HOSTS": "a.example, b.example,",
        "API_KEY": "secret",
        "CORS_ORIGINS": "",
        "MODELS": "Words, Lines,",
    }
    config = ApiConfig.from_environment({f"TEXT_RECOGNIZER_API_{k}": v for k, v in variables.items()})
    assert config == ApiConfig(
        host="0.0.0.0",
        port=80,
        request_timeout=2.5,
        image_url=True,
        s3=True,
        image_url_hosts=frozenset({"a.example", "b.example"}),
        api_key="secret",
        models=("Words", "Lines"),
    )


def test_defaults() -> None:
    config = ApiConfig()
    assert config.image_limits == LIMITS
    assert config.workers >= 1
    assert (config.image_url, config.s3) == (False, False)
    assert (config.api_key, config.cors_origins) == (None, frozenset())


def test_key_is_not_printed() -> None:
    assert "secret" not in repr(ApiConfig(api_key="secret"))
    with pytest.raises(ConfigError) as caught:
        ApiConfig(api_key="geheim\N{LATIN SMALL LETTER U WITH DIAERESIS}")
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "0"),
        ("PORT", "70000"),
        ("MAX_CONTENT_LENGTH", "-1"),
        ("QUEUE_SIZE", "-1"),
        ("QUEUE_SIZE", "1.5"),
        ("REQUEST_TIMEOUT", "0"),
        ("REQUEST_TIMEOUT", "nan"),
        ("REQUEST_TIMEOUT", "inf"),
        ("IMAGE_URL", "maybe"),
        ("S3", "1"),
        ("PROT", "80"),
    ],
)
def test_bad_settings_are_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=f"TEXT_RECOGNIZER_API_{name}"):
        ApiConfig.from_environment({f"TEXT_RECOGNIZER_API_{name}": value})


def test_the_readme_names_every_setting_and_its_default() -> None:
    text = (Path(api.__file__).parent / "README.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([A-Z0-9_]+)` \| `?([^`|]+?)`? \|", text, re.MULTILINE))
    assert list(rows) == [each.name.upper() for each in fields(ApiConfig)]
    config = ApiConfig()
    for name, default in rows.items():
        if default not in ("none", "any", "one per core"):
            expected = getattr(config, name.lower())
            assert default == str(int(expected) if isinstance(expected, bool) else expected), name
