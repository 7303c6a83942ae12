"""The store: which files and columns a results folder has, each whole or not there."""
