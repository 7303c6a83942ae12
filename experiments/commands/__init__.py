"""The commands of `crossroads`, one family a file, imported when one is called."""
