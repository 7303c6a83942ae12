"""Who decides: four powers and five states, and the pure rules they decide by."""
