"""Studies: one scenario from file to results.

`runs` is the table of contents. A study (`case`) finds events (`events`: accesses, pictures,
contacts), what each network makes of them (`networks`) and what is seen of regions (`regions`,
`stays`, `levels`, `strips`); `tables` and `grids` bring that into the form of `results`. How much
of it is chance say `sampling` (the days flown) and `spread` (the orbit's phase). `keys` and `store`
keep the results of stages; `overpasses` answers without a scenario. `rehearsal` compiles ahead.

From a key to a cell: `sensor.max_off_nadir_deg` becomes a condition of the view (`case.view_of`),
the accesses are those in which it holds (`events.accesses`, found by `simulator.access`), and
`revisit_mean_h` of a target is the mean of their gaps (`access_tables.target_columns`, measured by
`simulator.revisit`). Of a region: `case.watches`, `regions.region_findings`, `region_tables`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.doors import door

if TYPE_CHECKING:
    from simulator.study.access_tables import access_table, gap_figures, picture_table
    from simulator.study.amount import draws_take_long
    from simulator.study.case import Flight, Study, lit_times, members, view_of, watches
    from simulator.study.clear_looks import clear_chances
    from simulator.study.columns import Columns
    from simulator.study.counting import counting_options
    from simulator.study.deciding import RATIO, VALUE, ends_of, quantities
    from simulator.study.draws import Unknowns, drawn_studies, studies_at, unknowns_of
    from simulator.study.events import (
        Accesses,
        Events,
        PictureList,
        accesses,
        contacts,
        find_events,
        pictures,
    )
    from simulator.study.grids import cell_variables, figures_grid
    from simulator.study.named_orbits import (
        clock_of,
        flown_orbits,
        orbit_of,
        orbit_table,
        orbits_of,
        place_of,
        validated,
    )
    from simulator.study.network_tables import contact_table, delivery_columns
    from simulator.study.networks import (
        NetworkOutcome,
        all_figures,
        deliveries_of,
        latest_commands_s,
        offer_of,
        outcome,
        outcome_of_offer,
        queued_pictures,
    )
    from simulator.study.overpasses import (
        DAYLIGHT_SUN_ELEVATION_DEG,
        LEAST_ELEVATION_DEG,
        OverpassConditions,
        find_overpasses,
        look_up,
        span_table,
    )
    from simulator.study.provenance import (
        platform_text,
        program_sha256,
        provenance_of,
        source_line,
        versions,
    )
    from simulator.study.regions import region_figures, region_findings
    from simulator.study.rehearsal import compile_late_code, late_code_is_kept
    from simulator.study.runs import (
        BegunFigures,
        RunFigures,
        begun_figures,
        figures,
        finished_figures,
        run,
    )
    from simulator.study.satellite_tables import state_columns, track_rows
    from simulator.study.skies import sky_of_targets, weatherproof, without_chance
    from simulator.study.spans import span_of, span_of_table
    from simulator.study.store import FolderStore, MemoryStore, Store, Value
    from simulator.study.target_windows import look_columns, windows_of_targets
    from simulator.study.warnings import flight_notes, lost_flights, stale_elements
    from simulator.study.whereabouts import Whereabouts
else:
    __getattr__ = door(
        __name__,
        {
            "amount": "draws_take_long",
            "case": "Flight Study lit_times members view_of watches",
            "access_tables": "access_table gap_figures picture_table",
            "clear_looks": "clear_chances",
            "deciding": "RATIO VALUE ends_of quantities",
            "draws": "Unknowns drawn_studies studies_at unknowns_of",
            "columns": "Columns",
            "counting": "counting_options",
            "events": "Accesses Events PictureList accesses contacts find_events pictures",
            "grids": "cell_variables figures_grid",
            "named_orbits": "clock_of flown_orbits orbit_of orbit_table orbits_of place_of "
            "validated",
            "network_tables": "contact_table delivery_columns",
            "networks": "NetworkOutcome all_figures deliveries_of latest_commands_s offer_of "
            "outcome outcome_of_offer queued_pictures",
            "overpasses": "DAYLIGHT_SUN_ELEVATION_DEG LEAST_ELEVATION_DEG OverpassConditions "
            "find_overpasses look_up span_table",
            "provenance": "platform_text program_sha256 provenance_of source_line versions",
            "regions": "region_figures region_findings",
            "rehearsal": "compile_late_code late_code_is_kept",
            "runs": "BegunFigures RunFigures begun_figures figures finished_figures run",
            "satellite_tables": "state_columns track_rows",
            "skies": "sky_of_targets weatherproof without_chance",
            "spans": "span_of span_of_table",
            "store": "FolderStore MemoryStore Store Value",
            "target_windows": "look_columns windows_of_targets",
            "warnings": "flight_notes lost_flights stale_elements",
            "whereabouts": "Whereabouts",
        },
    )

__all__ = [
    "DAYLIGHT_SUN_ELEVATION_DEG",
    "LEAST_ELEVATION_DEG",
    "RATIO",
    "VALUE",
    "Accesses",
    "BegunFigures",
    "Columns",
    "Events",
    "Flight",
    "FolderStore",
    "MemoryStore",
    "NetworkOutcome",
    "OverpassConditions",
    "PictureList",
    "RunFigures",
    "Store",
    "Study",
    "Unknowns",
    "Value",
    "Whereabouts",
    "access_table",
    "accesses",
    "all_figures",
    "begun_figures",
    "cell_variables",
    "clear_chances",
    "clock_of",
    "compile_late_code",
    "contact_table",
    "contacts",
    "counting_options",
    "deliveries_of",
    "delivery_columns",
    "drawn_studies",
    "draws_take_long",
    "ends_of",
    "figures",
    "figures_grid",
    "find_events",
    "find_overpasses",
    "finished_figures",
    "flight_notes",
    "flown_orbits",
    "gap_figures",
    "late_code_is_kept",
    "latest_commands_s",
    "lit_times",
    "look_columns",
    "look_up",
    "lost_flights",
    "members",
    "offer_of",
    "orbit_of",
    "orbit_table",
    "orbits_of",
    "outcome",
    "outcome_of_offer",
    "picture_table",
    "pictures",
    "place_of",
    "platform_text",
    "program_sha256",
    "provenance_of",
    "quantities",
    "queued_pictures",
    "region_figures",
    "region_findings",
    "run",
    "sky_of_targets",
    "source_line",
    "span_of",
    "span_of_table",
    "span_table",
    "stale_elements",
    "state_columns",
    "studies_at",
    "track_rows",
    "unknowns_of",
    "validated",
    "versions",
    "view_of",
    "watches",
    "weatherproof",
    "windows_of_targets",
    "without_chance",
]
