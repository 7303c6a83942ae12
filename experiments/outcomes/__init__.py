"""Outcomes: what worlds say in numbers and words, how sure that is, and what it rests on."""
