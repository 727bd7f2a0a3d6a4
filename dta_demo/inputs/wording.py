"""Small pieces of the sentences that a visitor reads about their input."""

from __future__ import annotations

import unicodedata

MAX_QUOTE_CHARACTERS = 40
MAX_LISTED = 5  # Positions, names or fragments written out in one sentence.


def plain_line(text: str, limit: int) -> str:
    """Return one printable line of at most ``limit`` characters."""
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def quote(text: str) -> str:
    """Quote a visitor's text, shortened to one line."""
    return f"'{plain_line(text, MAX_QUOTE_CHARACTERS)}'"


def describe_character(char: str) -> str:
    """Show a character, and name it where looks may deceive (a Cyrillic A, a minus sign)."""
    if char.isascii():
        return f"'{char}'"
    name = unicodedata.name(char, f"U+{ord(char):04X}")
    return f"'{char}' ({name})" if char.isprintable() else name


def count_of(number: int, noun: str) -> str:
    """Say a number with its noun: ``1 gap``, ``3 gaps``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def join_with_and(parts: list[str]) -> str:
    """Write a list as in a sentence."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def first_few(parts: list[str]) -> str:
    """Write out the first few parts, and how many more there are."""
    rest = len(parts) - MAX_LISTED
    return join_with_and(parts if rest <= 0 else [*parts[:MAX_LISTED], f"{rest:,} more"])
