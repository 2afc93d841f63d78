"""The search index: segments of `tantivy` in a bucket, and one row that lists them (ADR 16)."""
