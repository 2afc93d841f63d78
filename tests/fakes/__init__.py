"""Stand-ins for the outside world that the simulation and the use-case tests run on."""
