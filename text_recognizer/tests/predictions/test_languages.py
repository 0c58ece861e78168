from text_recognizer.predictions.languages import LANGUAGE_CHOICES, LANGUAGE_NAMES, LANGUAGES, main_language


def test_most_characters_decide_and_the_first_language_among_equals() -> None:
    assert main_language([("en", 5), ("fr", 4), (None, 3), ("fr", 2)]) == "fr"
    assert main_language([("fr", 2), ("en", 2)]) == "fr"
    assert main_language([("fr", 2), (None, 3)]) is None
    assert main_language([]) is None


def test_every_language_can_be_chosen_and_has_a_name() -> None:
    assert ("auto", *LANGUAGES, "none") == LANGUAGE_CHOICES
    assert set(LANGUAGE_NAMES) == set(LANGUAGES)
