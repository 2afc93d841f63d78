"""The one description of the cloud, for AWS and for the local run."""
