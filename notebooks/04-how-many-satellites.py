# %% [markdown]
# # How many satellites make the picture fresh, and does the ground network then count?
#
# With one satellite a place is seen every third day, and the ground network hardly matters. Does
# that change with more of them? Constellations of 1 to 12 satellites in 1 to 4 planes (nodes spread
# over half a turn), 15 days, three networks. The measure is the age of the newest picture of a
# place at headquarters, averaged over time and places.

# %%
from IPython.display import Markdown

from simulator.maps import sweeps
from simulator.sweep import plan, run_sweep

TOTAL, PLANES = "satellites.0.orbit.total", "satellites.0.orbit.planes"
SIZES = [1, 2, 3, 4, 6, 8, 12]
by_planes = [
    run_sweep(
        plan(
            "../scenarios/constellation.toml",
            [
                f"{TOTAL}={','.join(str(total) for total in SIZES if total % planes == 0)}",
                f"{PLANES}={planes}",
            ],
            overrides=[
                "span.days=15",
                f"satellites.0.orbit.phasing={int(planes > 1)}",
                'title="Constellations of the Malligyong-1 class"',
            ],
        )
    )
    for planes in (1, 2, 3, 4)
]
fleet = sweeps.joined(*by_planes)
by_planes[1]

# %% [markdown]
# ## The trade-off
#
# Every constellation by its size and the age of its pictures; joined are those that no other beats
# with as few satellites. The best number of planes stands beside the points.

# %%
sweeps.trade_off(
    fleet, "total", "age_mean_h", label="planes", title="How fresh pictures are, by satellites"
)

# %% [markdown]
# ## By planes
#
# More planes look at other hours of the day, but those near dawn and dusk find too little sun.

# %%
sweeps.small_multiples(fleet, "age_mean_h", x="total", panel="network", by="planes")

# %% [markdown]
# ## The best of each size, and what Russian stations add

# %%
NETWORKS = ["dprk", "dprk+russia-far-east", "dprk+russia"]
names = [f"age_mean_h[{name}]" for name in NETWORKS]
best = fleet.table.groupby(TOTAL)[names].min().rename_axis("satellites")
best.columns = NETWORKS
gain = 1.0 - best["dprk+russia"] / best["dprk"]
best.assign(**{"fresher with Russia": gain}).round(3)

# %% [markdown]
# ## The finding

# %%
age = fleet.table.set_index([PLANES, TOTAL])["age_mean_h[dprk]"]
assert age[1, 4] < age[1, 1] / 3 and age[1, 12] > 0.9 * age[1, 4]
assert age[2, 8] < 0.8 * age[1, 8] and gain.max() < 0.05

Markdown(
    f"In one plane four satellites bring the age of the newest picture from {age[1, 1]:.0f} to "
    f"{age[1, 4]:.0f} h; twelve bring it only to {age[1, 12]:.1f} h, because one plane looks at "
    f"one hour of the day. A second, at another hour, brings eight satellites to "
    f"{age[2, 8]:.1f} h. Russian stations make pictures at most {gain.max():.1%} fresher in the "
    f"best of each size: most places are seen while the satellite is within sight of Pyongyang, "
    f"so the number of satellites and the hours of daylight limit, not the ground network."
)
