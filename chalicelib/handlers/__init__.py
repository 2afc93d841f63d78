"""Entry points: parse, call, render."""
