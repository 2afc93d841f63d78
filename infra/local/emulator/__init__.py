"""The child process: ministack, pinned, with what it lacks for a product that lives on it. Each patch says why it is there.

Patches reach into its internals, so another version is refused loudly instead of behaving a little differently."""
