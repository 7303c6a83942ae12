"""The engine: a quarter's rules, traced once and played for many worlds from compiled code."""
