# %% [markdown]
# # Which plane does a launch give, and what does a rocket bring to it?
#
# A rocket lifts off when the Earth has turned its site under the plane that is wanted: the hour of
# the launch sets the light at every target for as long as the satellite flies. Here the launches
# of the catalogue are flown at every hour of their day; then the rockets that could bring more
# satellites, or better ones, to the same orbit; and at last what several satellites of one launch
# see while they are still together.
#
# The camera is the one assumed for Malligyong-1, the places are the 14 of the main scenario, clouds
# are left out. What no one published is marked in the catalogue, and nothing here says that anybody
# would sell a launch.

# %%
import pandas as pd
from IPython.display import Markdown

from simulator import catalog, maps
from simulator.launches import launch_hours, launch_options, scenario_of_launch, spread_stages
from simulator.scenario import load
from simulator.study import look_up
from simulator.worth import answered


def by_hour(launch, **more):
    return launch_hours(scenario_of_launch(launch), launch, **more)


def drawn(command, asked, found, figure):
    kept = answered(asked, command, found.asked, "", found.tables)
    return maps.answer_drawing(kept, figure)


# %% [markdown]
# ## The hour of each launch
#
# Local time of the lift-off and of the ascending node, daylight accesses a day and place, and the
# mean revisit over the 30 days after.

# %%
LAUNCHES = ("kms3", "kms3_2", "kms4", "malligyong1_may23", "malligyong1_aug23", "malligyong1_nov23")


def own_hour(launch):
    row = by_hour(launch, hours="12:00-12:00", window="12:00-12:00").flown.iloc[0]
    return {
        "launch": launch,
        **row[["liftoff_local", "ltan", "accesses_per_day", "revisit_mean_h"]],
    }


pd.DataFrame([own_hour(launch) for launch in LAUNCHES]).round(2)

# %% [markdown]
# The lift-off of May 2023 aimed at a dawn-dusk plane, in which no place of these is ever well lit
# in winter; in June it is. That of November put the satellite over Korea at ten in the morning.
#
# ## Every hour of November 2023

# %%
november = by_hour("malligyong1_nov23", step_min=30.0)
drawn("launch", november.scenario, november, "launch-hours")

# %% [markdown]
# Two wide ranges of hours are good, when the satellite comes north by day or south by day; in
# between there are hours of lift-off at which it never has the light. A notified window as a
# distribution: December 2012, 07:00 to 12:00, every minute alike.

# %%
december = by_hour("kms3_2", hours="07:00-12:00", step_min=20.0)
december.window.round(2)

# %% [markdown]
# ## How sure is the plane?
#
# The point over which a flight enters its orbit is known of two flights alone; the others have the
# scatter of what is assumed. What it does to the node and to the first pass over Pyongyang:

# %%
DAYS = {"malligyong1_aug23": "2023-08-24", "malligyong1_nov23": "2023-11-22"}


def passed(launch, **changes):
    found = look_up(launch, "pgscc", start=DAYS[launch], changes=changes)
    return 60.0 * found.elements.ltan_h, found.culminations()[0]


def effect(launch, axis):
    entry, key = catalog.get("launches", launch).values, f"insertion_{axis}_deg"
    moved = {key: entry[key] + entry[f"{axis}_sd_deg"]}
    (node, at), (other, later) = passed(launch), passed(launch, **moved)
    return launch, axis, moved[key] - entry[key], other - node, (later - at).total_seconds()


both = [effect(launch, axis) for launch in DAYS for axis in ("latitude", "longitude")]
scatter = pd.DataFrame(both, columns=["launch", "axis", "sd_deg", "node_min", "pass_s"])
scatter.round(1)

# %% [markdown]
# ## What a rocket brings
#
# To the orbit of the main scenario: what each rocket lifts and how sure that is, how many
# satellites of real classes that is by mass, and what up to four of them see.

# %%
main = load("../scenarios/malligyong-1.toml", overrides=["regions=[]", "uncertainty.draws=0"])
options = launch_options(main)
columns = ["name", "site", "payload_low_kg", "payload_high_kg", "confidence", "inclinations"]
options.rockets[columns]

# %%
options.carried.pivot_table(index=["mass_kg", "class"], columns="vehicle", values="number")

# %%
drawn("options", main, options, "launch-options")

# %% [markdown]
# ## While they are still together
#
# Four satellites of one rocket enter the orbit at one point, and drift apart on slightly different
# heights: with 5 km for the one that goes farthest it takes a month.

# %%
rocket = load("../scenarios/one-rocket.toml", overrides=["uncertainty.draws=0"])
apart = spread_stages(rocket)
drawn("spread", rocket, apart, "spread")

# %% [markdown]
# ## Finding

# %%
blind = november.hours[november.hours["targets_seen"] == 0]["liftoff_local"]
node = december.window.set_index("figure").loc["ltan_h"]
wide = scatter.set_index(["axis", "launch"])["node_min"].loc["longitude"].abs()
home = apart.stages[apart.stages["network"] == "dprk"]["response_mean_h"]
alone = options.figures[options.figures["network"] == "dprk"]
age = alone.set_index(["class", "number"])["age_mean_h"]
Markdown(
    f"**The hour decides whether there is light at all: in November 2023 {len(blind)} of 48 "
    f"lift-offs half an hour apart would have given no picture. The window of December 2012 left "
    f"{node['high'] - node['low']:.0f} hours of node open, dawn-dusk planes among them.** The "
    f"insertion point moves the node by {wide['malligyong1_nov23']:.0f} min "
    f"where later element sets tell it, by {wide['malligyong1_aug23']:.0f} min (one "
    f"standard deviation) where it is assumed. A Chollima-1 carries one satellite of 300 kg; a "
    f"better camera of that mass brings the newest picture from "
    f"{age[('malligyong_press', 1)] / 24:.1f} to {age[('ref_dubaisat2', 1)] / 24:.1f} days, four "
    f"of the old on a Soyuz to {age[('malligyong_press', 4)]:.0f} hours, which the drift of "
    f"{apart.days:.0f} days has to be waited for: until then a request takes "
    f"{home.iloc[0] / 24:.1f} days, after it {home.iloc[-1]:.0f} hours."
)
