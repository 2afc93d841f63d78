"""Tests of what the demo asks of its reader; what it claims it proves itself."""
