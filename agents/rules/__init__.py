"""Rules of behaviour: pure functions, one domain or rule family a file."""
