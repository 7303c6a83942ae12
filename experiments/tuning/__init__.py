"""Tuning: parameters from the observed record, and what they can predict out of sample."""
