import pytest

from text_recognizer.datasets.lazy_sequence import Chained, Generated


def test_items_are_generated_when_asked_for_and_not_before() -> None:
    asked = []

    def generate(index: int) -> int:
        asked.append(index)
        return index * index

    squares = Generated(1_000_000_000, generate)
    assert len(squares) == 1_000_000_000
    assert not asked
    assert [squares[3], squares[-1]] == [9, 999_999_999**2]
    assert asked == [3, 999_999_999]


def test_a_slice_is_lazy_too() -> None:
    part = Generated(1_000_000_000, lambda i: i)[10:-1:100]
    assert len(part) == 10_000_000
    assert list(part[:3]) == [10, 110, 210]


@pytest.mark.parametrize("index", [4, -5])
def test_beyond_the_ends_is_an_error_so_that_loops_end(index: int) -> None:
    numbers = Generated(4, lambda i: i)
    assert list(numbers) == [0, 1, 2, 3]
    with pytest.raises(IndexError):
        numbers[index]


def test_chained_sequences_follow_each_other() -> None:
    chained = Chained([[1, 2], [], Generated(3, lambda i: 10 * i), (7,)])
    assert list(chained) == [1, 2, 0, 10, 20, 7]
    assert chained[-1] == 7
    assert list(chained[1:5:2]) == [2, 10]
    assert len(Chained([])) == 0
