"""Other values of the keys of unknowns and their distributions."""

from simulator.scenario import Unknown
from simulator.scenario.distributions import Distribution

_NO_NORMAL = {"normal": None, "least": None, "most": None}
OF_UNKNOWNS = {
    (Unknown, "values"): {"values": {"satellites.0.settling_s": {"uniform": [1.0, 2.0]}}},
    (Distribution, "normal"): {"normal": [1.1, 0.1]},
    (Distribution, "uniform"): {**_NO_NORMAL, "uniform": [0.5, 1.5]},
    (Distribution, "triangular"): {**_NO_NORMAL, "triangular": [0.5, 1.0, 1.5]},
    (Distribution, "lognormal"): {"normal": None, "lognormal": [1.0, 1.5]},
    (Distribution, "choice"): {**_NO_NORMAL, "choice": [1.0, 1.5]},
    (Distribution, "weights"): {**_NO_NORMAL, "choice": [1.0, 1.5], "weights": [1.0, 2.0]},
    (Distribution, "least"): {"least": 0.4},
    (Distribution, "most"): {"most": 3.0},
}
