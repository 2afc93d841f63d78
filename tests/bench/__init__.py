"""Tests of what the bench concludes; what it measures is not tested."""
