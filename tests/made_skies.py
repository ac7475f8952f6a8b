"""Made skies for tests: the weather drawn again and again, instant by instant, in plain loops."""

import random


def drawn_sky(rng, at_s, persistence_s):
    """Return the level of the sky at each of some instants, in any order, drawn anew at random."""
    order = sorted(range(len(at_s)), key=lambda n: at_s[n])
    levels = [0.0] * len(at_s)
    level, until_s = None, None
    for n in order:
        if persistence_s == 0.0:
            level = rng.random()
        elif level is None or at_s[n] >= until_s:
            # Redraws come at random instants: the sky at an instant is that of the last of them.
            at = at_s[n] if level is None else until_s
            level = rng.random()
            until_s = at + rng.expovariate(1.0 / persistence_s)
            while until_s <= at_s[n]:
                level = rng.random()
                until_s += rng.expovariate(1.0 / persistence_s)
        levels[n] = level
    return levels


def skies(seed, at_s, persistence_s, number):
    rng = random.Random(seed)
    for _ in range(number):
        yield drawn_sky(rng, at_s, persistence_s)


def mean_and_error(values):
    """Return the mean of some numbers and its standard error."""
    values = list(values)
    mean = sum(values) / len(values)
    spread = sum((value - mean) ** 2 for value in values) / (len(values) - 1)
    return mean, (spread / len(values)) ** 0.5
