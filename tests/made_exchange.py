"""A small scenario of one satellite in a circular orbit, and the same with more of them."""

from tests import made

ORBIT = {"kind": "keplerian", "altitude_km": 500.0, "inclination_deg": 97.4, "raan_deg": 40.0}
NETWORKS = """
[[networks]]
name = "home"
stations = ["pgscc"]

[[networks]]
name = "helped"
stations = ["pgscc", "ussuriysk", "yakutsk"]
"""
# Few pictures over a slow link with one antenna: satellites are in each other's way.
SATELLITE = {"downlink_rate_mbps": 0.5, "orbit": ORBIT}
TARGETS = ["osan", "yokosuka", "kadena", "andersen"]


def text(satellites=(SATELLITE,), more=NETWORKS, **values):
    toml = made.text(
        more, days=2.0, satellite=dict(satellites[0]), targets=TARGETS, networks=None,
        baseline="home", **values,
    )  # fmt: skip
    for number, satellite in enumerate(satellites[1:], 2):
        orbit = ", ".join(
            f"{k} = {v!r}" if not isinstance(v, str) else f'{k} = "{v}"'
            for k, v in satellite["orbit"].items()
        )
        toml += (
            f'\n[[satellites]]\nname = "M{number}"\nsensor = "malligyong_press"\n'
            f"downlink_rate_mbps = {satellite['downlink_rate_mbps']}\norbit = {{{orbit}}}\n"
        )
    return toml
