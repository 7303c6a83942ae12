"""docs/tables.md says what the code reads, and docs/model.md what the rules are."""

from __future__ import annotations

from tables import PAGE, page


def test_the_tables_of_the_model_are_what_the_code_reads():
    assert PAGE.read_text(encoding="utf-8") == page(), "out of date: run `make pages`"
