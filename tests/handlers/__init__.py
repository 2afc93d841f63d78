"""Entry points, over the whole service in one process."""
