"""DynamoDB and S3: the only place where keys, expressions and items are built."""
