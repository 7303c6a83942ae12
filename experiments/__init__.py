"""What people run: batches of worlds, results folders, figures, tables and the command line."""
