"""Texts with signs and accents that English running text lacks: prices, measures, check boxes, letters."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from text_recognizer.datasets.synthetic.check_boxes import CHECK_BOXES
from text_recognizer.vocabulary import base_of

# Of a letter that has variants: a word then has one or two, more than in any language. Capitals are rare in
# running text, and people who write French leave out their accents, so that real lines hardly teach them.
ACCENT_PROBABILITY, CAPITAL_ACCENT_PROBABILITY = 0.15, 0.6

_UNITS = ("km", "kg", "m", "h", "l", "ml", "cm", "g")
_WORDS = ("yes", "no", "paid", "sent", "milk", "bread", "call", "done", "Mr.", "other", "agree", "left")


def sign_text(rng: np.random.Generator, characters: str) -> str | None:
    """Return an entry of a form with signs, such as a price; None if the characters have no sign."""
    for index in rng.permutation(len(_ENTRIES)).tolist():
        text: str = _ENTRIES[index](rng)
        if set(text) <= set(characters):
            return text
    return None


def accents_of(characters: str) -> Mapping[str, Sequence[str]]:
    """Return the accented variants of each letter that are among the characters."""
    variants: dict[str, list[str]] = {}
    for character in characters:
        base = base_of(character)
        if base is not None and base.isalpha() and character.isalpha():
            variants.setdefault(base, []).append(character)
    return variants


def accented(rng: np.random.Generator, text: str, variants: Mapping[str, Sequence[str]]) -> str:
    """Return a text in which some letters have accents: not of any language, so that none can be guessed."""
    chosen = rng.random(len(text)) < [
        CAPITAL_ACCENT_PROBABILITY if character.isupper() else ACCENT_PROBABILITY for character in text
    ]
    return "".join(
        _pick(rng, variants[character]) if accent and character in variants else character
        for character, accent in zip(text, chosen, strict=True)
    )


def _pick(rng: np.random.Generator, options: Sequence[str]) -> str:
    return options[int(rng.integers(len(options)))]


def _amount(rng: np.random.Generator) -> str:
    value, cents = int(10 ** rng.uniform(0, 5)), int(rng.integers(100))
    return _pick(
        rng, (f"{value}", f"{value:,}", f"{value}.{cents:02d}", f"{value},{cents:02d}", f"{value}.-")
    )


def _price(rng: np.random.Generator) -> str:
    amount = _amount(rng)
    styles = (
        f"${amount}",
        f"€ {amount}",
        f"{amount} €",
        f"£{amount}",
        f"{_pick(rng, _WORDS)} ${amount}",
    )
    return _pick(rng, styles)


def _measure(rng: np.random.Generator) -> str:
    value, other = int(rng.integers(1, 1000)), int(rng.integers(1, 100))
    styles = (
        f"{other} %", f"{other}%", f"{other}.{value % 10} %", f"{other} °C", f"{other}°", f"§ {other}",
        f"§{other}.{value % 10}", f"N° {value}", f"{value} {_pick(rng, _UNITS)}",
    )  # fmt: skip
    return _pick(rng, styles)


def _sum(rng: np.random.Generator) -> str:
    first, second = int(rng.integers(1, 200)), int(rng.integers(1, 200))
    letters = "abcxyn"
    styles = (
        f"{first} + {second} = {first + second}", f"{first} - {second} = {first - second}",
        f"= {_amount(rng)}", f"{_pick(rng, letters)} = {first}", f"{first} * {second} = {first * second}",
    )  # fmt: skip
    return _pick(rng, styles)


def _mail(rng: np.random.Generator) -> str:
    name = "".join(_pick(rng, "abcdefghiklmnoprstuvwz") for _ in range(rng.integers(3, 9)))
    host = "".join(_pick(rng, "abcdefghiklmnoprstuvwz") for _ in range(rng.integers(3, 8)))
    return f"{name}@{host}.{_pick(rng, ('com', 'org', 'de', 'fr', 'net'))}"


def _brackets(rng: np.random.Generator) -> str:
    return _pick(rng, (f"[{_pick(rng, _WORDS)}]", f"[{rng.integers(1, 100)}]", f"[ {_pick(rng, _WORDS)} ]"))


def _boxes(rng: np.random.Generator) -> str:
    count = int(rng.integers(1, 4))
    return " ".join(f"{_pick(rng, CHECK_BOXES)} {_pick(rng, _WORDS)}" for _ in range(count))


def _time(rng: np.random.Generator) -> str:
    hour, minute = int(rng.integers(24)), int(rng.integers(60))
    styles = (
        f"{hour}:{minute:02d}", f"{hour:02d}:{minute:02d}", f"{hour}h{minute:02d}",
        f"{hour % 12 + 1}:{minute:02d} am", f"{hour % 12 + 1}:{minute:02d} pm",
        f"{hour}:{minute:02d} - {(hour + 1) % 24}:{minute:02d}",
    )  # fmt: skip
    return _pick(rng, styles)


_ENTRIES: tuple[Callable[[np.random.Generator], str], ...] = (
    _price, _price, _measure, _sum, _mail, _brackets, _boxes, _time,
)  # fmt: skip
