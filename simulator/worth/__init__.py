"""What one dish is worth: what each member of a network adds to a baseline, figure by figure.

Members are the stations, relays and crosslinks that a network has beyond its baseline. `times` cuts
a study into what the baseline and each member make of its pictures; `picture_figures`, `exact` and
`contact_times` make figures of sets of members of that, `loaded` where pictures share the network;
`games` has Shapley values and smallest sets, of any game; `valuing` puts them together for one
study, `losses` has the worst to lose; `answers` asks it of a study, `worths` of a scenario and its
draws, as the tables of `worth_tables`. `sites` asks where one station more would help the most,
`exchange_rates` how many satellites (`fleets`, in `patterns`), relays or Mbit/s (`more_links`) give
the baseline as much as a network does, as the tables of `exchange_tables`, `ladders` what the
steps of a scenario add, rung by rung (`rung_figures`), as the tables of `ladder_tables`,
`sensor_ladders` what each camera of a ladder tells of each object, and `withdrawals` what becomes
of a network when members leave or join it, with the figures of a part of the span
(`period_figures`). `sensitivities` asks what it would be worth to know an unknown, over the draws
of `sobol_design`. `kept` makes an answer that a folder can keep.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.doors import door

if TYPE_CHECKING:
    from simulator.worth.answers import IDLE, LOADED
    from simulator.worth.exchange_rates import MEANS, RATE, RELAYS, SATELLITES, Exchange, exchange
    from simulator.worth.games import shapley_by_all_sets
    from simulator.worth.kept import answered
    from simulator.worth.ladders import Ladder, ladder
    from simulator.worth.patterns import Pattern
    from simulator.worth.rung_figures import RUNG_FIGURES, network_rows
    from simulator.worth.sensitivities import Sensitivity, sensitivity
    from simulator.worth.sensor_ladders import SensorLadder, ladder_objects, sensor_ladder
    from simulator.worth.sites import Siting, best_places, siting
    from simulator.worth.valuing import FIGURES
    from simulator.worth.withdrawals import Withdrawal, withdrawal
    from simulator.worth.worths import Worth, chosen_figures, worth
else:
    __getattr__ = door(
        __name__,
        {
            "answers": "IDLE LOADED",
            "exchange_rates": "MEANS RATE RELAYS SATELLITES Exchange exchange",
            "patterns": "Pattern",
            "ladders": "Ladder ladder",
            "rung_figures": "RUNG_FIGURES network_rows",
            "games": "shapley_by_all_sets",
            "kept": "answered",
            "sensitivities": "Sensitivity sensitivity",
            "sensor_ladders": "SensorLadder ladder_objects sensor_ladder",
            "sites": "Siting best_places siting",
            "valuing": "FIGURES",
            "withdrawals": "Withdrawal withdrawal",
            "worths": "Worth chosen_figures worth",
        },
    )

__all__ = [
    "FIGURES",
    "IDLE",
    "LOADED",
    "MEANS",
    "RATE",
    "RELAYS",
    "RUNG_FIGURES",
    "SATELLITES",
    "Exchange",
    "Ladder",
    "Pattern",
    "Sensitivity",
    "SensorLadder",
    "Siting",
    "Withdrawal",
    "Worth",
    "answered",
    "best_places",
    "chosen_figures",
    "exchange",
    "ladder",
    "ladder_objects",
    "network_rows",
    "sensitivity",
    "sensor_ladder",
    "shapley_by_all_sets",
    "siting",
    "withdrawal",
    "worth",
]
