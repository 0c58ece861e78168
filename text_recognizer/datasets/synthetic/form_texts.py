"""Texts of forms, letters and notes: names, dates, times, numbers, addresses, codes, words in capitals.

Running text has few capitals, digits and signs. Half of the names and all codes are random letters, so that a
network has to read them instead of guessing.
"""

from collections.abc import Callable, Sequence

import numpy as np


def _listed(words: str) -> tuple[str, ...]:
    return tuple(words.split())


_FIRST = _listed(
    "Agnes Alan Amelia Anna Arthur Barbara Beatrix Boris Carla Charles Chloe Clara Daniel David Dora "
    "Edith Edward Elena Emma Eric Felix Fiona Frank George Gloria Greta Hannah Harold Helen Hugo Ida "
    "Igor Ivan Jack Jane Joan John Julia Karl Kate Kim Laura Leo Lily Louise Mark Martha Max Nadia "
    "Nina Noah Olga Oscar Otto Paula Peter Quentin Rita Robert Rosa Ruth Samuel Sofia Tania Tom "
    "Ursula Uwe Vera Victor Walter Wendy Xavier Yvonne Zoe "
)
_LAST = _listed(
    "Abbott Adams Baker Becker Brown Carter Chan Clark Cooper Cruz Davis Diaz Dixon Eliot Evans "
    "Fischer Fox Garcia Gibbs Gray Hall Hughes Hill Jackson Jensen Jones Keller Khan King Klein Lee "
    "Lopez Marsh Meyer Miller Moore Murphy Nash Novak O'Brien Owen Park Perez Quinn Reid Ross Rossi "
    "Schmidt Scott Shaw Silva Smith Taylor Turner Ulrich Usher Vance Vogel Walsh Ward West White Wood "
    "Wright Xu Yates Young Zeller Zimmer "
)
_MONTHS = _listed("January February March April May June July August September October November December")
_DAYS = _listed("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
_STREETS = ("Street", "St.", "Road", "Rd.", "Avenue", "Ave.", "Lane", "Square", "Place", "Drive")
_TITLES = ("Mr.", "Mrs.", "Ms.", "Miss", "Dr.", "Prof.", "Sir")
_LABELS = _listed(
    "Name: Address: Date: Tel. Tel.: No. Ref. Re: Total: Room Invoice Qty: Age: City: Dept. Account "
    "Page Fig. Item Order P.S. N.B. c/o Attn: Fax: Q: A: "
)
_OPENINGS = (
    "Dear {}", "Hello {},", "Hi {}!", "Yours sincerely, {}", "Best wishes, {}", "Love, {}", "Many thanks, {}",
    "To {}:", "Signed: {}", "(signed) {}", "cc: {}", "Thank you, {}!", "With kind regards, {}",
)  # fmt: skip
_CONSONANTS, _VOWELS = "bcdfghjklmnpqrstvwxyz", "aeiouy"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def form_text(rng: np.random.Generator, length: int) -> str:
    """Return entries of a form or letter, about `length` characters in all."""
    text = ""
    while True:
        entry = _ENTRIES[int(rng.integers(len(_ENTRIES)))](rng)
        longer = f"{text}{_pick(rng, (', ', ' ', ' - ', '; ', ' / '))}{entry}" if text else entry
        if text and len(longer) - length > length - len(text):
            return text
        text = longer
        if len(text) >= length:
            return text


def _pick(rng: np.random.Generator, options: Sequence[str]) -> str:
    return options[int(rng.integers(len(options)))]


def _invented(rng: np.random.Generator) -> str:
    """Return a word of random syllables."""
    syllables = [_pick(rng, _CONSONANTS) + _pick(rng, _VOWELS) for _ in range(rng.integers(1, 4))]
    return "".join(syllables) + (_pick(rng, _CONSONANTS) if rng.random() < 0.7 else "")


def _name(rng: np.random.Generator) -> str:
    first = _pick(rng, _FIRST)
    last = _pick(rng, _LAST) if rng.random() < 0.5 else _invented(rng).title()
    if rng.random() < 0.15:
        last += "-" + _pick(rng, _LAST)
    initials = "".join(f"{_pick(rng, _LETTERS)}. " for _ in range(rng.integers(1, 3)))
    styles = (
        f"{first} {last}", f"{first} {_pick(rng, _LETTERS)}. {last}", f"{initials}{last}",
        f"{_pick(rng, _TITLES)} {last}", f"{last}, {first}", f"{last.upper()}, {first}", first,
    )  # fmt: skip
    return _pick(rng, styles)


def _date(rng: np.random.Generator) -> str:
    day, month, year = (int(rng.integers(low, high)) for low, high in ((1, 32), (1, 13), (1890, 2030)))
    name = _pick(rng, _MONTHS)
    ending = {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th") if day // 10 != 1 else "th"
    styles = (
        f"{day} {name} {year}", f"{name} {day}, {year}", f"{day}/{month}/{year}",
        f"{day:02d}/{month:02d}/{year % 100:02d}",
        f"{day:02d}/{month:02d}/{year}", f"{day:02d}.{month:02d}.{year}",
        f"{day}.{month}.{year}", f"{year}-{month:02d}-{day:02d}", f"{day}{ending} {name}",
        f"{name[:3]} {day}, {year}",
        f"{_pick(rng, _DAYS)}, {day} {name}", f"the {day}{ending} of {name}", f"{name} {year}",
    )  # fmt: skip
    return _pick(rng, styles)


def _number(rng: np.random.Generator) -> str:
    value = int(10 ** rng.uniform(0, 6))
    cents, other = int(rng.integers(100)), int(rng.integers(1, 100))
    styles = (
        str(value), f"{value:,}", f"{value}.{cents:02d}", f"{value:,}.{cents:02d}",
        f"{other}/{other + cents + 1}",
        f"{other} + {cents}", f"({value})", f"No. {value}", f"{other}:{cents % 60:02d}",
        f"{other % 12 + 1}.{cents % 60:02d} p.m.", f"{other}-{other + cents}", f"*{value}", f"{value}'",
        f"+{value}",
    )  # fmt: skip
    return _pick(rng, styles)


def _time(rng: np.random.Generator) -> str:
    hour, minute, second = (int(rng.integers(high)) for high in (24, 60, 60))
    half = _pick(rng, ("a.m.", "p.m.", "am", "pm"))
    styles = (
        f"{hour:02d}:{minute:02d}", f"{hour:02d}:{minute:02d}", f"{hour}:{minute:02d}",
        f"{hour:02d}.{minute:02d}", f"{hour:02d}:{minute:02d}:{second:02d}",
        f"{hour % 12 + 1}:{minute:02d} {half}", f"{hour:02d}:{minute:02d}-{second % 24:02d}:00",
    )  # fmt: skip
    return _pick(rng, styles)


def _telephone(rng: np.random.Generator) -> str:
    groups = ["".join(map(str, rng.integers(0, 10, int(size)))) for size in rng.integers(2, 5, 3)]
    text = _pick(rng, (" ", "-", "/", "")).join(groups)
    return _pick(rng, (text, f"+{rng.integers(1, 99)} {text}", f"({groups[0]}) {'-'.join(groups[1:])}"))


def _code(rng: np.random.Generator) -> str:
    letters = "".join(_pick(rng, _LETTERS) for _ in range(rng.integers(1, 4)))
    digits = "".join(map(str, rng.integers(0, 10, int(rng.integers(1, 6)))))
    more = f"{rng.integers(10)}{_pick(rng, _LETTERS)}{_pick(rng, _LETTERS)}"
    styles = (
        f"{letters}-{digits}", f"{letters}{digits}", f"{digits}{letters}", f"{letters}{digits} {more}",
        f"{letters}/{digits}", ".".join(letters) + ".", f"{letters} & Co.", f"{digits}-{letters}",
    )  # fmt: skip
    return _pick(rng, styles)


def _post_code(rng: np.random.Generator) -> str:
    """Return a post code as in Britain, the United States, Canada, the Netherlands or elsewhere in Europe."""
    a, b, c, d, e = (_pick(rng, _LETTERS) for _ in range(5))
    digits = "".join(map(str, rng.integers(0, 10, 9)))
    area, unit = _pick(rng, (a, a + b)), f"{digits[1]}{c}{d}"
    styles = (
        f"{area}{digits[0]} {unit}", f"{area}{digits[2:4]} {unit}", f"{area}{digits[0]}{e} {unit}",
        digits[:5], f"{digits[:5]}-{digits[5:]}", f"{a}{digits[0]}{b} {digits[1]}{c}{digits[2]}",
        f"{digits[:4]} {a}{b}", f"{a}-{digits[:5]}", digits[:4], f"{digits[:3]} {digits[3:5]}",
    )  # fmt: skip
    return _pick(rng, styles)


def _address(rng: np.random.Generator) -> str:
    street = _pick(rng, _LAST) if rng.random() < 0.5 else _invented(rng).title()
    town = _invented(rng).title()
    house = f"{rng.integers(1, 400)}{_pick(rng, ('', '', '', 'a', 'B'))}"
    text = f"{house} {street} {_pick(rng, _STREETS)}"
    code = _post_code(rng)
    return _pick(
        rng,
        (
            text,
            f"{text}, {town}",
            f"{town} {code}",
            f"{code} {town}",
            f"P.O. Box {rng.integers(1, 9999)}, {town}",
            town.upper(),
        ),
    )


def _labelled(rng: np.random.Generator) -> str:
    value = _pick(rng, (_number(rng), _name(rng), _date(rng), _time(rng), _code(rng), _invented(rng)))
    return f"{_pick(rng, _LABELS)} {value}"


def _greeting(rng: np.random.Generator) -> str:
    return _pick(rng, _OPENINGS).format(_name(rng))


def _words(rng: np.random.Generator) -> str:
    words = " ".join(_invented(rng) for _ in range(rng.integers(1, 4)))
    return _pick(
        rng, (words, words.upper(), words.title(), f'"{words}"', f"({words})", f"{words}?", f"{words}!")
    )


_ENTRIES: tuple[Callable[[np.random.Generator], str], ...] = (
    _name, _date, _time, _number, _telephone, _code, _post_code, _address, _labelled, _greeting, _words,
)  # fmt: skip
