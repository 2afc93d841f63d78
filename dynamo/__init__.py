"""DynamoDB in memory, counted as it would be billed. It knows nothing of the product: the tests and the bench both run on it, and the
bench measures older builds with it, whose own packages have other names."""
