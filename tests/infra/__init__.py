"""Tests of the cloud's description and of the local cloud."""
