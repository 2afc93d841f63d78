"""Pure rules of the trade: no cloud, no clock, no randomness, no environment."""
