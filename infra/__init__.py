"""The cloud: described once (cdk), run on one machine (local)."""
