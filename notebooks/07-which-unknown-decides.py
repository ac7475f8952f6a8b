# %% [markdown]
# # Which unknown decides?
#
# Nobody outside knows where on its orbit the satellite was, what it sends with, or who may command
# it. The headline of the main scenario, that Russian stations make the mean picture a dozen times
# sooner and hardly fresher, holds for one guess at all of that. Here everything unknown is drawn,
# 200 times, and asked which of it the answer hangs on, and what its publication would settle.
#
# The ranges are assumed, wide rather than narrow; the hours of launch are those flown. Clouds are
# left out.

# %%
import numpy as np
from IPython.display import Markdown

from simulator import maps, run
from simulator.scenario import load
from simulator.worth import answered, sensitivity

scenario = load("../scenarios/malligyong-1.toml", overrides=["regions=[]"])
[unknown.name for unknown in scenario.unknowns]

# %% [markdown]
# ## Does the headline hold?
#
# Each draw is given to all networks, so that a ratio is formed within it. A ratio of 1 is a draw in
# which the stations change nothing.

# %%
results = run(scenario)
spread = results.spread.set_index(["figure", "network"])
TOLD = ["latency_mean_h", "response_mean_h", "age_mean_h"]
columns = ["median", "low", "high", "ratio_median", "ratio_low", "ratio_high", "contrary_draws"]
spread.loc[TOLD, columns].round(3)

# %% [markdown]
# ## What moves it?
#
# Of the draws alone: the share of the variance of the ratio, as a logarithm, that each unknown
# explains, and the ratio at both ends of its odds.

# %%
by_unknown = results.unknowns
russia = by_unknown[(by_unknown["network"] == "dprk+russia") & (by_unknown["quantity"] == "ratio")]
of_latency = russia[russia["figure"] == "latency_mean_h"].set_index("unknown")
of_latency = of_latency.sort_values("explained_share", ascending=False)
of_latency[["explained_share", "lowest", "lowest_at", "highest", "highest_at"]].round(3)

# %% [markdown]
# Sobol indices, from draws made for the purpose: `first` is what knowing the unknown would settle,
# `total` what would stay open were all others known. 32 rows are few: the ranges say so.

# %%
found = sensitivity(scenario, figures=["latency_mean_h", "age_mean_h", "revisit_mean_h"], rows=32)
kept = answered(scenario, "unknowns", found.asked, "", found.tables)
maps.answer_drawing(kept, "unknowns")

# %%
indices = found.indices.set_index(["figure", "network", "quantity", "unknown"]).sort_index()
ratio = indices.loc["latency_mean_h", "dprk+russia", "ratio"].sort_values("total", ascending=False)
ratio[["first", "first_low", "first_high", "total", "total_low", "total_high"]].round(2).head(5)

# %% [markdown]
# ## What it comes to

# %%
row = spread.loc["latency_mean_h", "dprk+russia"]
none = 100.0 * row["contrary_draws"] / row["draws"]
first, second = of_latency.index[:2]
lowest, highest = of_latency["lowest"].iloc[0], of_latency["highest"].iloc[0]
ends = f"from {1.0 / lowest:.0f} times sooner at {of_latency['lowest_at'].iloc[0]} to "
ends += f"{1.0 / np.round(highest, 2):.1f} times at {of_latency['highest_at'].iloc[0]}"
Markdown(
    f"**Over everything that nobody knows Russian stations make the mean picture "
    f"{1.0 / row['ratio_median']:.0f} times sooner in the median, {1.0 / row['ratio_low']:.0f} "
    f"times at best, and no sooner in {none:.0f} % of the draws.** It is the {first} that "
    f"decides ({100.0 * of_latency['explained_share'].iloc[0]:.0f} % of the variance, {ends}), "
    f"then the {second}. The newest picture is as old with them as without in the median draw."
)
