"""A deterministic simulation of the real services: one seed, one run, replayable by its number (`python -m sim SEED`)."""
