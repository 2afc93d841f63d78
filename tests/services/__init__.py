"""Use cases, over the real store and the in-memory DynamoDB."""
