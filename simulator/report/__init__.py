"""What people read: results, a scenario as it resolves, the catalogue, overpasses, as plain text.

Pure functions that return text, or plain values for JSON; lines are of up to 100 columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.doors import door

if TYPE_CHECKING:
    from simulator.report.actionable_chain import (
        actionable_headline,
        actionable_listing,
        at_usual_stay,
        chain_links,
        of_all_targets,
        usual_stay_h,
    )
    from simulator.report.answers import answer
    from simulator.report.brief import brief_text
    from simulator.report.calendar_events import overhead_calendar, overpasses_calendar
    from simulator.report.calendar_files import CalendarEvent, calendar_bytes
    from simulator.report.camera_ladder import (
        MARKS,
        CameraMarks,
        sensor_ladder_headline,
        sensor_ladder_text,
    )
    from simulator.report.catalogue_search import search, search_text
    from simulator.report.catalogue_text import (
        entries,
        entries_text,
        entry,
        entry_text,
        kinds,
        kinds_text,
    )
    from simulator.report.claim_verdicts import (
        claim_text,
        claims_headline,
        claims_markdown,
        claims_text,
        rates_headline,
        residuals_headline,
    )
    from simulator.report.comparison import comparison_csv, comparison_facts, comparison_text
    from simulator.report.deciding_unknowns import (
        sensitivity_headline,
        sensitivity_text,
        told_quantities,
    )
    from simulator.report.exchange_rates import exchange_text
    from simulator.report.explanations import explain_text, figures_markdown
    from simulator.report.headlines import network_headline, others_words, values_headline
    from simulator.report.keys_text import keys_markdown
    from simulator.report.launch_carriers import options_headline, options_text
    from simulator.report.launch_planes import launch_headline, launch_text
    from simulator.report.launch_stages import stages_headline, stages_text
    from simulator.report.listing import drawn, scenario_tables, shown
    from simulator.report.member_withdrawal import withdrawal_text
    from simulator.report.member_worth import worth_text
    from simulator.report.network_table import networks_text
    from simulator.report.orbit_ageing import decay_headline, decay_text
    from simulator.report.orbit_designs import design_headline, design_text
    from simulator.report.overhead_listings import overhead_csv, overhead_text
    from simulator.report.overpass_listings import overpasses_csv, overpasses_text
    from simulator.report.plan_exposure import exposure_text
    from simulator.report.results_text import report_text
    from simulator.report.scenario_listings import scenario_facts, scenario_text
    from simulator.report.seen import region_headline
    from simulator.report.sent_pictures import sent_csv, sent_facts, sent_text
    from simulator.report.sentences import percent
    from simulator.report.station_siting import siting_text
    from simulator.report.step_ladder import ladder_headline, ladder_text
    from simulator.report.texttable import json_text
    from simulator.report.warning_text import warning_lines
else:
    __getattr__ = door(
        __name__,
        {
            "answers": "answer",
            "brief": "brief_text",
            "camera_ladder": "MARKS CameraMarks sensor_ladder_headline sensor_ladder_text",
            "calendar_events": "overhead_calendar overpasses_calendar",
            "calendar_files": "CalendarEvent calendar_bytes",
            "catalogue_search": "search search_text",
            "catalogue_text": "entries entries_text entry entry_text kinds kinds_text",
            "claim_verdicts": "claim_text claims_headline claims_markdown claims_text "
            "rates_headline residuals_headline",
            "comparison": "comparison_csv comparison_facts comparison_text",
            "exchange_rates": "exchange_text",
            "explanations": "explain_text figures_markdown",
            "headlines": "network_headline others_words values_headline",
            "keys_text": "keys_markdown",
            "launch_carriers": "options_headline options_text",
            "launch_planes": "launch_headline launch_text",
            "launch_stages": "stages_headline stages_text",
            "listing": "drawn scenario_tables shown",
            "member_withdrawal": "withdrawal_text",
            "member_worth": "worth_text",
            "network_table": "networks_text",
            "orbit_ageing": "decay_headline decay_text",
            "orbit_designs": "design_headline design_text",
            "overhead_listings": "overhead_csv overhead_text",
            "overpass_listings": "overpasses_csv overpasses_text",
            "plan_exposure": "exposure_text",
            "results_text": "report_text",
            "scenario_listings": "scenario_facts scenario_text",
            "seen": "region_headline",
            "sent_pictures": "sent_csv sent_facts sent_text",
            "sentences": "percent",
            "station_siting": "siting_text",
            "deciding_unknowns": "sensitivity_headline sensitivity_text told_quantities",
            "step_ladder": "ladder_headline ladder_text",
            "actionable_chain": "actionable_headline actionable_listing at_usual_stay chain_links "
            "of_all_targets usual_stay_h",
            "texttable": "json_text",
            "warning_text": "warning_lines",
        },
    )

__all__ = [
    "MARKS",
    "CalendarEvent",
    "CameraMarks",
    "actionable_headline",
    "actionable_listing",
    "answer",
    "at_usual_stay",
    "brief_text",
    "calendar_bytes",
    "chain_links",
    "claim_text",
    "claims_headline",
    "claims_markdown",
    "claims_text",
    "comparison_csv",
    "comparison_facts",
    "comparison_text",
    "decay_headline",
    "decay_text",
    "design_headline",
    "design_text",
    "drawn",
    "entries",
    "entries_text",
    "entry",
    "entry_text",
    "exchange_text",
    "explain_text",
    "exposure_text",
    "figures_markdown",
    "json_text",
    "keys_markdown",
    "kinds",
    "kinds_text",
    "ladder_headline",
    "ladder_text",
    "launch_headline",
    "launch_text",
    "network_headline",
    "networks_text",
    "of_all_targets",
    "options_headline",
    "options_text",
    "others_words",
    "overhead_calendar",
    "overhead_csv",
    "overhead_text",
    "overpasses_calendar",
    "overpasses_csv",
    "overpasses_text",
    "percent",
    "rates_headline",
    "region_headline",
    "report_text",
    "residuals_headline",
    "scenario_facts",
    "scenario_tables",
    "scenario_text",
    "search",
    "search_text",
    "sensitivity_headline",
    "sensitivity_text",
    "sensor_ladder_headline",
    "sensor_ladder_text",
    "sent_csv",
    "sent_facts",
    "sent_text",
    "shown",
    "siting_text",
    "stages_headline",
    "stages_text",
    "told_quantities",
    "usual_stay_h",
    "values_headline",
    "warning_lines",
    "withdrawal_text",
    "worth_text",
]
