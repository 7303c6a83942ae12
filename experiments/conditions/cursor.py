"""Going through the words of a condition, one by one."""

from __future__ import annotations

from typing import NoReturn

from experiments.conditions.words import Word, fault, words_of

MOST_WORDS = 200
"""So many can be read, and reckoned with, however they are nested."""


class Cursor:
    """A place in a condition: the word that comes next, and refusals that point at it."""

    def __init__(self, text: str) -> None:
        """Split the text into words and stand before the first."""
        self.text, self.words, self.place = text, words_of(text), 0
        if len(self.words) > MOST_WORDS:
            word = self.words[MOST_WORDS]
            raise fault(text, word.start, word.stop, f"a condition has {MOST_WORDS} words at most")

    @property
    def word(self) -> Word:
        """The word that comes next."""
        return self.words[self.place]

    def take(self, *values: str) -> str | None:
        """Go on if the next word is one of these, and return it."""
        if self.word.kind != "end" and self.word.value in values:
            self.place += 1
            return self.words[self.place - 1].value
        return None

    def refuse(self, what: str) -> NoReturn:
        """Raise the fault that something else was expected here."""
        raise fault(self.text, self.word.start, self.word.stop, what)
