"""Tests of the in-memory DynamoDB, on its own and beside another one."""
