"""Designs: from what a user asks for to the worlds of a batch and all that varies over them."""
