# %% [markdown]
# # What is one dish worth?
#
# The experts of September 2023 said that access to Russian stations "might change" what a small
# country gets of its satellites. By how much, and by which station? Here a network is taken apart:
# what each station adds to North Korea's own two, alone and together with the others; where one
# more dish would help the most; what happens when the host withdraws it; what else would be as
# good; and what each step of cooperation adds to the one before.
#
# No Russian station is known to serve a North Korean satellite. Camera, rate, recorder and roles
# of stations are assumed, as the catalogue says of each; what is said here counts every look as if
# the sky were always clear.

# %%
import pandas as pd
from IPython.display import Markdown

from simulator import maps
from simulator.scenario import load
from simulator.worth import (
    Pattern,
    answered,
    best_places,
    exchange,
    ladder,
    siting,
    withdrawal,
    worth,
)


def scenario(*overrides, draws=0, file="malligyong-1"):
    # Draws are of the phase alone here; what else nobody knows is in another notebook.
    keys = [*overrides, "unknowns=[]", f"uncertainty.draws={draws}"]
    return load(f"../scenarios/{file}.toml", overrides=keys)


def drawn(command, asked, found, figure, grids=None):
    kept = answered(asked, command, found.asked, "", found.tables, grids)
    return maps.answer_drawing(kept, figure)


# %% [markdown]
# ## Member by member
#
# The mean time from picture to Pyongyang, all pictures sharing the network, over 10 draws of where
# on its orbit the satellite is. `alone` is what a station adds to the two at home by itself, the
# Shapley value the mean of what it adds over all orders in which the 29 may join.

# %%
main = scenario("regions=[]", draws=10)
russia = worth(main, network="dprk+russia", figures=["latency_mean_h"])
drawn("worth", main, russia, "latency_mean_h")

# %% [markdown]
# Any one of several stations in the middle of Siberia is as good as all 29: the queue of pictures
# waits for a pass over Pyongyang that is too short, and any further station on the way ends it.
# The smallest sets that bring 95 % of the gain, and the worst losses:

# %%
loaded = russia.sets[russia.sets["load"] == "loaded"]
loaded[["size", "is_proven", "members", "share", "reaching_draws_share"]].round(3)

# %%
losses = russia.losses[russia.losses["load"] == "loaded"]
losses[["lost", "members", "cost", "is_proven"]]

# %% [markdown]
# ## Over planes and seasons
#
# The main scenario flies the plane of August 2023, which no satellite has reached. The same for
# the planes of all three launches of 2023, in four months of the year.


# %%
def in_plane(launch, month):
    plane = f"satellites.0.orbit.launch={launch}", f"span.start={month}T00:00:00Z"
    asked = scenario(*plane, "regions=[]")
    return worth(asked, network="dprk+russia", figures=["latency_mean_h"], loaded_orders=4)


def row_of(launch, month, found):
    shared = found.figures.set_index("load").loc["loaded"]
    yakutsk = found.members.set_index(["load", "member"]).loc["loaded", "yakutsk"]
    times = {"alone_min": 60.0 * shared["baseline"], "russia_min": 60.0 * shared["whole"]}
    share = yakutsk["alone"] / shared["gain"]
    return {"launch": launch, "month": month, **times, "yakutsk_share": share}


MONTHS = ("2023-12-01", "2024-03-01", "2024-06-01", "2024-09-01")
LAUNCHES = ("malligyong1_may23", "malligyong1_aug23", "malligyong1_nov23")
cases = [(launch, month) for launch in LAUNCHES for month in MONTHS]
planes = pd.DataFrame([row_of(*case, in_plane(*case)) for case in cases])
planes.round(3)

# %% [markdown]
# In the dawn-dusk plane of May 2023 there is no number for December: no target has the light that
# the camera needs when the satellite passes, and no picture is taken.
#
# ## Where would one more dish help the most?
#
# The gain in the mean time home of one more station at each place of North-East Asia.

# %%
around = scenario("regions.0.resolution_km=150.0")
places = siting(around, "north-east-asia")
drawn("siting", around, places, "latency_mean_h", {places.region: places.grid()})

# %%
columns = ["country", "latitude_deg", "longitude_deg", "latency_mean_h"]
best_places(places, "latency_mean_h")[columns].round(2)

# %% [markdown]
# ## When the host withdraws
#
# All Russian stations leave on 8 September. The time home goes back to what it was; the newest
# picture is hardly older, for it is the satellite that must come by.

# %%
leaves = withdrawal(main, network="dprk+russia", on="2023-09-08")
drawn("withdrawal", main, leaves, "ages")

# %%
last = leaves.figures[leaves.figures["period"] == 2].set_index("figure")
last[["leaves", "stays", "baseline"]].round(2)

# %% [markdown]
# ## What else would do the same?
#
# How many satellites in one plane or two, relays or Mbit/s the two stations at home would need.

# %%
bare = scenario("regions=[]")
equal = exchange(
    bare,
    network="dprk+russia",
    figures=["latency_mean_h", "response_mean_h", "age_mean_h"],
    patterns=[Pattern(1), Pattern(2)],
    most=8,
)
drawn("exchange", bare, equal, "age_mean_h")

# %%
equal.rates[["figure", "means", "reached", "number", "value", "most", "value_at_most"]].round(2)

# %% [markdown]
# ## Step by step
#
# From the camera that was salvaged to several satellites of the kind that Russia built for Iran,
# each step building on the one before.

# %%
cooperation = scenario(file="cooperation")
steps = ladder(cooperation)
drawn("ladder", cooperation, steps, "rungs")

# %%
steps.values.pivot(index="figure", columns="rung", values="value").round(2)

# %% [markdown]
# ## What it comes to

# %%
both = planes[planes["launch"] != "malligyong1_may23"]
Markdown(
    f"**In the planes of August and November 2023 and four months of the year Russian stations "
    f"bring the mean picture home in {both['russia_min'].min():.0f} to "
    f"{both['russia_min'].max():.0f} minutes instead of "
    f"{both['alone_min'].min():.0f} to {both['alone_min'].max():.0f}, and one dish at Yakutsk "
    f"brings {100.0 * both['yakutsk_share'].min():.1f} % of that or more.** In the plane "
    "of May 2023 no picture is taken in December."
)
