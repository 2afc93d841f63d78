"""`python -m tests.sim SEED` tells the story of one seed."""

import sys

from tests.sim.world import play

if __name__ == "__main__":
    result = play(int(sys.argv[1]), story=True)
    print(result.broken or "all rules held")
