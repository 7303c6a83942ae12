"""Who decides: four powers and five states, and the pure rules they decide by.

An agent of one's own is a subclass of `agents.power.Power` or `agents.state.State`.
"""
