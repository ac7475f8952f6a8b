# %% [markdown]
# # What does one satellite see, and when does the picture reach headquarters?
#
# The satellite North Korea tried to launch in May and August 2023 never reached orbit. Here it
# flies as it was meant to, for 30 days, with the camera the press describes. Three ground networks
# carry the same pictures: stations in North Korea alone, Russian stations besides, and relay
# satellites on top. Orbit, camera, rates and station roles are public figures or marked as assumed
# in the catalogue.

# %%
from IPython.display import Markdown

from simulator import load, maps, run

scenario = load("../scenarios/malligyong-1.toml")
results = run(scenario)
results

# %% [markdown]
# ## Where it flies, and who hears it
#
# One day of ground track, the strip it can be pointed at, and the circles within which each station
# has it above the horizon.

# %%
maps.drawing(results, "ground-track")

# %% [markdown]
# ## What it sees
#
# An access is a stretch of time in which a place is within the camera's reach, by daylight.
# Accesses of a place come in runs, one every few days.

# %%
columns = ["target", "country", "accesses_per_day", "revisit_mean_h", "revisit_max_h", "best_gsd_m"]
results.targets[columns].round(2)

# %%
maps.drawing(results, "revisit-mean")

# %% [markdown]
# ## When the picture reaches headquarters
#
# One picture an access, sent at the first contact with a station of the network. Figures with
# `clear` in their names count only the pictures that are expected to be cloud-free.

# %%
maps.drawing(results, "timeline")

# %%
maps.drawing(results, "latency")

# %%
table = results.networks.set_index("network")
shown = ["contact_minutes_per_day", "longest_silence_h", "latency_mean_h", "latency_max_h"]
clear = ["pictures_clear_per_day", "response_mean_clear_h", "response_mean_h"]
table[[*shown, "age_mean_h", *clear]].T.round(2)

# %% [markdown]
# ## The finding

# %%
alone, helped = table.loc["dprk"], table.loc["dprk+russia"]
slower = alone["latency_mean_h"] / helped["latency_mean_h"]
fresher = 1.0 - helped["age_mean_h"] / alone["age_mean_h"]
assert slower > 5.0 and fresher < 0.1

Markdown(
    f"Russian stations bring the mean time from picture to headquarters from "
    f"{alone['latency_mean_h']:.1f} h down to {60 * helped['latency_mean_h']:.1f} min, "
    f"{slower:.0f} times less, yet the newest picture of a place is only {fresher:.0%} fresher "
    f"({helped['age_mean_h'] / 24:.1f} days on average): with one satellite, how rarely a place is "
    f"looked at counts for more than how soon the picture is delivered. Of the pictures "
    f"{alone['pictures_clear_per_day']:.1f} a day are expected to be cloud-free: for one of those "
    f"a request waits {alone['response_mean_clear_h'] / 24:.1f} days in place of "
    f"{alone['response_mean_h'] / 24:.1f}, whatever the network."
)
