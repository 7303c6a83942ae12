"""Figures of a results folder, one a file."""
