"""Orders of work, refunds and disputes over the real services, step by step beside plain books that know nothing of them."""
