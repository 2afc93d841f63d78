"""What tests of several levels share: the service over memory, its people, and what they offer, buy and talk about."""
