"""Exports: results for other tools, with what their columns mean."""
