"""The report: one HTML file that says what a batch found, from what, and how far to trust it."""
