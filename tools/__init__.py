"""The project's own tools: everything that is generated, and the check that it is up to date."""
