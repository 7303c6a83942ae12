"""Batches: blocks of worlds handed to workers, whole files in a results folder, nothing lost."""
