"""The live page: what an analyst asks, the worlds that answer, and how the answer looks."""
