"""What runs the cloud's description on one machine: a local AWS as a child process, and one origin in front of it."""
