"""Speed: against `mesa.batch_run`, against a floor, and how cost grows."""
