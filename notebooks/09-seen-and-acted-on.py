# %% [markdown]
# # Seen, and acted on in time?
#
# A satellite that passes has not yet seen: the sky is cloudy half of the time, a coarse camera
# shows a ship and not a launcher, and a picture that arrives after its subject has moved is
# history. Here the chain is followed to its end, for a launcher that stands in the open in South
# Korea for six hours: could it be looked at, is it imaged, well enough to tell what it is, without
# cloud, and is somebody acting on the picture, an hour after it reached Pyongyang, before it has
# gone? What stands where is made up; camera, rate and time to act are assumed.

# %%
from IPython.display import Markdown

from simulator import maps
from simulator.maps import sweeps
from simulator.report import overhead_text
from simulator.scenario import load
from simulator.study import run
from simulator.sweep import plan, run_sweep
from simulator.watched import Work, overhead
from simulator.worth import sensor_ladder

LAUNCHER = "../scenarios/launcher-in-the-open.toml"
NETWORKS = ["dprk", "dprk+russia", "dprk+russia+relay"]
results = run(load(LAUNCHER))
maps.drawing(results, "actionable")

# %% [markdown]
# ## What clouds leave
#
# Of each target the looks under a clear sky, by the sunshine of the month, beside all looks.

# %%
columns = ["accesses_per_day", "accesses_clear_per_day", "revisit_mean_h", "revisit_mean_clear_h"]
clear = results.targets.set_index("target")[columns]
clear.round(2)

# %% [markdown]
# ## What a camera shows
#
# The same orbit with other cameras: accesses a day at which a launcher is detected, classified
# (told from a truck) or identified, as an average of the places. The levels are from published
# scales, some of them from memory, as the catalogue says.

# %%
RUNGS = ["malligyong_salvaged_5m", "malligyong_press", "ref_1m", "ref_kompsat3", "ref_worldview3"]
cameras = sensor_ladder(load(LAUNCHER), sensors=RUNGS, objects=["carrier", "launcher"]).tasks
rates = cameras.pivot_table(
    index="sensor", columns=["object", "task"], values="accesses_per_day", sort=False
)
rates.round(3)

# %% [markdown]
# ## How many satellites, how fast a downlink
#
# With a fine camera a picture is large, and a slow downlink keeps it on board until its subject has
# gone. Satellites share one plane; the rates are those of S band and of X band.

# %%
ORBIT = (
    "satellites.0.orbit={kind='walker-star', total=1, planes=1, phasing=0, altitude_km=485.0, "
    "inclination_deg=97.4, raan_deg=20.0}"
)
TOTAL, RATE = "satellites.0.orbit.total", "satellites.0.downlink_rate_mbps"
fleets = run_sweep(
    plan(LAUNCHER, [f"{TOTAL}=1,2,3,5", f"{RATE}=2,8,60"], overrides=[ORBIT, "span.days=15"])
)
sweeps.small_multiples(fleets, "actionable_share", x="total", panel="network", by=RATE)

# %%
chances = fleets.table.set_index([RATE, TOTAL])
chances = chances[[f"actionable_share[{name}]" for name in NETWORKS]]
chances.columns = NETWORKS
chances.round(4)

# %% [markdown]
# ## Something that moves
#
# A carrier on passage, and the piers where it lies: the same satellite, the same ground.

# %%
carrier = run(load("../scenarios/carrier-at-sea.toml", overrides=["uncertainty.draws=0"]))
usual = carrier.actionable[carrier.actionable["stay_h"] == 12.0]
links = [name for name in usual if name.endswith("_share")]
usual[usual["network"] == "dprk"].set_index("target")[links].round(3)

# %% [markdown]
# ## The view of the one who is watched
#
# The same orbit from below: when the next days are quiet over Osan, and when four hours of work in
# the open are looked at least.

# %%
watched = overhead(
    ["osan"],
    ["malligyong1_2026_04_10"],
    start="2026-04-11",
    days=3.0,
    sensors=["malligyong_press"],
    work=Work(4.0),
)
Markdown(f"```text\n{overhead_text(watched.facts())}\n```")

# %% [markdown]
# ## The finding

# %%
six_hours = results.actionable[results.actionable["stay_h"] == 6.0]
share = six_hours.groupby("network").mean(numeric_only=True)
links = share.loc["dprk+russia"]
seen, good, cloudless = (
    links["looked_at_share"],
    links["good_enough_share"],
    links["cloud_free_share"],
)
slow, fast = chances.loc[(2, 5)], chances.loc[(60, 5)]
assert cloudless < good / 2 and share.loc["dprk", "actionable_share"] == 0.0
assert slow["dprk"] == 0.0 and fast.max() - fast.min() < 1e-3 and fast["dprk"] < 0.1
assert rates.loc["malligyong_press", ("launcher", "detect")] == 0.0

Markdown(
    f"A launcher that stands in the open for six hours could be looked at with a chance of "
    f"{seen:.0%}, and a camera of the class of KOMPSAT-3 shows what it is in {good:.0%}; the sky "
    f"leaves {cloudless:.1%}. By 2 Mbit/s such a picture is never home in time with North Korean "
    f"stations alone, and in {links['actionable_share']:.1%} with Russian ones: here the ground "
    f"network decides. A downlink of 60 Mbit/s makes it matter no more; then the number of "
    f"satellites counts, and five in one plane bring the chance to {fast['dprk']:.1%}. The camera "
    f"that flew shows no launcher at all, but a carrier at every look. What is watched can count "
    f"the looks as well: most hours are quiet, and known in advance."
)
