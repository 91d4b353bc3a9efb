"""Member numbers and card codes: pure arithmetic."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import card_codes, numbers


@given(st.sampled_from(sorted(numbers.BANNER_CODES.values())), st.integers(2020, 2090), st.integers(1, numbers.LAST))
def test_a_number_reads_back_however_it_is_grouped(code: str, year: int, running: int) -> None:
    number = numbers.compose(code=code, year=year, running=running)
    assert len(number) == numbers.LENGTH
    assert numbers.parse(number) == numbers.parse(numbers.grouped(number)) == number
    assert numbers.parse(f" {number[:4]} {number[4:]} ") == number


@given(st.integers(1, numbers.LAST), st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(running: int, place: int, by: int) -> None:
    number = numbers.compose(code="21", year=2026, running=running)
    wrong = number[:place] + str((int(number[place]) + by) % 10) + number[place + 1 :]
    assert numbers.parse(wrong) is None


def test_full_width_digits_count_and_other_scripts_do_not() -> None:
    number = numbers.compose(code="21", year=2026, running=17)
    assert numbers.parse("".join(chr(ord(digit) - ord("0") + ord("０")) for digit in number)) == number
    assert numbers.parse("٢١٢٦٠٠٠١٧٤") is None
    for text in ("", "x" * 10, "123", number + "1"):
        assert numbers.parse(text) is None


def test_running_numbers_end() -> None:
    with pytest.raises(ValueError, match="out of range"):
        numbers.compose(code="21", year=2026, running=numbers.LAST + 1)


def test_card_codes_are_digits_that_say_nothing_and_never_repeat() -> None:
    codes = {card_codes.new_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(code.isdigit() and len(code) == card_codes.LENGTH for code in codes)
    assert all(card_codes.parse(code) == code for code in codes)


@given(st.integers(0, card_codes.LENGTH - 1), st.integers(1, 9))
def test_a_misread_card_is_noticed(place: int, by: int) -> None:
    code = card_codes.new_code()
    wrong = code[:place] + str((int(code[place]) + by) % 10) + code[place + 1 :]
    assert card_codes.parse(wrong) is None


@pytest.mark.parametrize("text", ["", "6901234567892", "https://example.org/", "4771" * 11, "\x00", "王" * 44])
def test_what_is_no_card(text: str) -> None:
    assert card_codes.parse(text) is None
