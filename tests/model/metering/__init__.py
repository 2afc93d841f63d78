"""The metering protocol, as it is explored: what is stored, what is done, what must hold, the worlds and the seeded faults."""
