"""Outcomes: every property of satellites, links and requests reaches the figures of a network."""

import itertools

import numpy as np
import pytest

from simulator import intervals
from simulator.earth.site_index import sites
from simulator.study import case, events, networks
from simulator.study.case import watches
from simulator.study.runs import run
from simulator.timeliness import cells
from tests import made

FLEET = made.text(
    """
[[networks]]
name = "home"
stations = [{catalog = "pgscc", antennas = 6}]
""",
    targets=["osan", "seoul", "kadena", "andersen"],
    networks=None,
    satellite=made.SIX_IN_A_PLANE,
)
STATION = "networks.0.stations.0"
SATELLITE = "satellites.0"


def outcome(*overrides, text=FLEET):
    return run(made.scenario(text, *overrides))


def row(results, network="home"):
    return results.networks.set_index("network").loc[network]


@pytest.fixture(scope="module")
def plain():
    return outcome()


def test_the_stages_of_latency_and_response_add_up_to_the_means(plain):
    figures = row(plain)
    assert figures["pictures_delivered"] > 10
    latency = sum(figures[f"latency_{s}_h"] for s in ("contact", "queue", "sending", "forwarding"))
    assert latency == pytest.approx(figures["latency_mean_h"], rel=1e-9)
    response = sum(figures[f"response_{s}_h"] for s in ("command", "collection", "delivery"))
    assert response == pytest.approx(figures["response_mean_h"], rel=1e-9)
    delivered = plain.deliveries[plain.deliveries["status"] == "delivered"]
    parts = delivered[["contact_wait_s", "queue_wait_s", "sending_s", "forwarding_wait_s"]].sum(
        axis=1
    )
    assert np.allclose(parts, delivered["latency_s"], atol=1e-6)


# A picture takes nine minutes at this rate, and the next satellite comes four minutes after one.
CROWDED = (f"{SATELLITE}.downlink_rate_mbps=0.3", f"{SATELLITE}.orbit.total=24")


def test_antennas_make_satellites_wait_for_each_other():
    single, two, many = (row(outcome(*CROWDED, f"{STATION}.antennas={n}")) for n in (1, 2, 6))
    delivered = [figures["pictures_delivered"] for figures in (single, two, many)]
    assert delivered[0] < delivered[1] < delivered[2]
    assert single["latency_mean_h"] > two["latency_mean_h"] > many["latency_mean_h"]
    assert single["latency_queue_h"] > two["latency_queue_h"] > many["latency_queue_h"]


def test_one_antenna_receives_one_satellite_at_a_time():
    # Half an hour a picture: always something to send.
    slower = (f"{SATELLITE}.downlink_rate_mbps=0.1", f"{SATELLITE}.orbit.total=24")
    single, many = (outcome(*slower, f"{STATION}.antennas={n}") for n in (1, 6))
    open_s = intervals.total_s(intervals.union(single.contacts[["start_s", "end_s"]].to_numpy()))
    sent_s = [row(results)["used_gbit_per_day"] * 2.0 / 0.1e-3 for results in (single, many)]
    assert 0.5 * open_s < sent_s[0] <= open_s < sent_s[1]


def test_a_host_grants_about_its_share_and_the_same_contacts_every_time(plain):
    whole = len(plain.contacts)
    half = outcome(f"{STATION}.availability=0.5")
    assert 0.25 * whole < len(half.contacts) < 0.75 * whole
    again = outcome(f"{STATION}.availability=0.5")
    assert half.contacts.equals(again.contacts)
    more = outcome(f"{STATION}.availability=0.8")
    starts = set(zip(more.contacts["satellite"], more.contacts["start_s"], strict=True))
    assert starts.issuperset(zip(half.contacts["satellite"], half.contacts["start_s"], strict=True))
    reseeded = outcome(f"{STATION}.availability=0.5", "seed=1")
    assert not half.contacts["start_s"].equals(reseeded.contacts["start_s"])


def test_a_station_shut_by_night_has_no_contact_then():
    results = outcome(f"{STATION}.hours_utc=[[0.0, 6.0]]")
    hour = (results.contacts["start_s"] / 3600.0) % 24.0
    assert len(results.contacts) and (hour < 6.0).all()
    assert ((results.contacts["end_s"] / 3600.0) % 24.0 <= 6.0).all()


def test_a_transmitter_of_fixed_rate_does_what_the_plain_rate_does(plain):
    results = outcome(f'{SATELLITE}.transmitters=[{{band="S", rate_mbps=2.0}}]')
    assert results.deliveries["delivered_s"].equals(plain.deliveries["delivered_s"])


def test_a_band_that_no_station_receives_carries_nothing():
    results = outcome(
        f'{SATELLITE}.transmitters=[{{band="X", rate_mbps=2.0}}]',
        f'{STATION}.receivers=[{{band="S"}}]',
    )
    assert row(results)["pictures_delivered"] == 0
    assert (results.contacts["rate_bps"] == 0).all()
    assert row(results)["offered_gbit_per_day"] == 0


def test_a_link_budget_gives_more_rate_overhead_than_at_the_horizon():
    # 1 W and 6 dBi at 8.2 GHz into 40 dBi at 150 K for 4.5 dB: some Mbit/s, by the square of range.
    results = outcome(
        f'{SATELLITE}.transmitters=[{{band="X", rate_mbps=500.0, power_w=1.0, '
        "antenna_gain_dbi=6.0, frequency_ghz=8.2, required_eb_n0_db=4.5}]",
        f'{STATION}.receivers=[{{band="X", antenna_gain_dbi=40.0, noise_temperature_k=150.0}}]',
    )
    contacts = results.contacts.sort_values("max_elevation_deg")
    assert contacts["rate_bps"].iloc[-1] > 2.0 * contacts["rate_bps"].iloc[0] > 0.0
    assert row(results)["pictures_delivered"] > 0


def test_a_camera_that_turns_slowly_takes_fewer_pictures(plain):
    results = outcome(f"{SATELLITE}.slew_rate_deg_s=0.2", f"{SATELLITE}.settling_s=20")
    assert 0 < row(results)["pictures_taken"] < row(plain)["pictures_taken"]
    assert len(results.accesses) == len(plain.accesses)


def test_a_limit_of_pictures_an_orbit_goes_to_the_target_of_priority():
    limited = f"{SATELLITE}.max_pictures_per_orbit=1"
    even = outcome(limited, 'targets=["osan", "seoul", "kadena"]')
    first = outcome(limited, 'targets=["osan", {catalog="seoul", priority=9}, "kadena"]')
    counts = [f.pictures["target"].value_counts().get("seoul", 0) for f in (even, first)]
    assert counts == [0, (first.accesses["target"] == "seoul").sum()]


def test_the_target_of_priority_is_sent_first():
    slow = f"{SATELLITE}.downlink_rate_mbps=0.3"
    even = outcome(slow, 'targets=["osan", "seoul"]')
    first = outcome(slow, 'targets=["osan", {catalog="seoul", priority=9}]')
    assert even.pictures["taken_s"].equals(first.pictures["taken_s"])
    even_s, first_s = (f.deliveries.groupby("target")["delivered_s"].min() for f in (even, first))
    # The pass that takes Osan first sends it first, unless Seoul has priority.
    assert even_s["osan"] < even_s["seoul"] and first_s["osan"] > first_s["seoul"]


def test_collection_takes_its_time_and_keeps_the_beam_if_told_so():
    apart = outcome(
        f"{SATELLITE}.sensor.collection_s=20", f"{SATELLITE}.image_while_downlinking=false"
    )
    both = outcome(f"{SATELLITE}.sensor.collection_s=20")
    assert apart.pictures.equals(both.pictures)
    assert row(apart)["latency_mean_h"] > row(both)["latency_mean_h"]
    joint = apart.deliveries.merge(apart.pictures[["picture", "taken_s"]], on="picture")
    assert (joint["sent_s"].dropna() > joint["taken_s_x"][joint["sent_s"].notna()]).all()


def test_in_real_time_a_picture_out_of_contact_is_lost(plain):
    results = outcome(f"{SATELLITE}.collection=real-time")
    assert set(results.deliveries["status"]) == {"delivered", "lost"}
    for picture in results.deliveries.itertuples():
        of_satellite = results.contacts[results.contacts["satellite"] == picture.satellite]
        open_s = intervals.union(of_satellite[["start_s", "end_s"]].to_numpy())
        inside = ((open_s[:, 0] <= picture.taken_s) & (open_s[:, 1] > picture.taken_s)).any()
        assert inside or picture.status == "lost"
    # Guam is out of sight of Pyongyang from 500 km up. Osan and Seoul are in sight, but the beam
    # is busy for a minute and more with the one that comes first.
    by_target = results.deliveries.groupby("target")["status"]
    assert (by_target.get_group("andersen") == "lost").all()
    assert (by_target.get_group("osan") == "delivered").any()
    status = results.deliveries["status"]
    counts = [row(results)[f"pictures_{what}"] for what in ("delivered", "lost", "waiting")]
    assert counts == [(status == "delivered").sum(), (status == "lost").sum(), 0]
    assert row(results)["pictures_taken"] == len(status)


def test_transmitting_a_minute_an_orbit_delays_what_ten_would_send(plain):
    results = outcome(f"{SATELLITE}.max_downlink_min_per_orbit=0.5")
    assert row(results)["latency_mean_h"] > row(plain)["latency_mean_h"]


def test_half_a_minute_an_orbit_sends_a_picture_of_thirty_seconds_and_no_larger_one():
    def latency_h(seconds, *more):
        size = f"{SATELLITE}.sensor.picture_mbit={2.0 * seconds}"
        return row(outcome('targets=["osan"]', size, *more))["latency_mean_h"]

    limit = f"{SATELLITE}.max_downlink_min_per_orbit=0.5"
    assert latency_h(30.0, limit) == latency_h(30.0)
    assert latency_h(30.3, limit) > latency_h(30.3) + 1.0


def test_links_between_satellites_bring_pictures_home_sooner_and_are_listed():
    text = (
        FLEET
        + '[[networks]]\nname = "linked"\nstations = [{catalog = "pgscc"}]\n'
        + ("[networks.crosslinks]\nrate_mbps = 20.0\ngrazing_height_km = 0.0\n")
    )
    results = outcome("satellites.0.orbit.total=12", 'targets=["andersen", "kadena"]', text=text)
    assert row(results, "linked")["latency_mean_h"] < row(results)["latency_mean_h"]
    assert row(results, "linked")["passed_on_share"] > 0.0
    assert set(results.crosslinks["network"]) == {"linked"}
    assert (results.deliveries.set_index("network").loc["linked", "hops"] > 0).any()


def test_a_link_between_satellites_carries_after_its_acquisition_unless_the_span_cut_it():
    text = FLEET + "[networks.crosslinks]\nrate_mbps = 20.0\nacquisition_s = 90.0\n"
    text += "grazing_height_km = 0.0\nterminals = 2\n"
    text = text.replace('kind = "walker-star"', 'kind = "walker-delta"')
    overrides = (f"{SATELLITE}.orbit.total=12", f"{SATELLITE}.orbit.planes=3")
    study = case.Study(made.scenario(text, *overrides).resolve())
    network = study.scenario.networks[0]
    pictures, contacts = (
        events.pictures(study, events.accesses(study)),
        events.contacts(study),
    )
    across = networks.offer_of(study, network, contacts, pictures).crosslinks
    links = events.crosslinks(study, network.crosslinks)
    begin_s = np.where(links.cut[:, 0], links.start_s, links.start_s + 90.0)
    carries = begin_s < links.end_s
    assert set(links.cut[:, 0]) == {False, True}
    for source, destination in ((links.first, links.second), (links.second, links.first)):
        rows = set(
            zip(across.source, across.destination, across.start_s, across.end_s, strict=True)
        )
        assert rows.issuperset(
            zip(
                source[carries],
                destination[carries],
                begin_s[carries],
                links.end_s[carries],
                strict=True,
            )
        )
    assert len(across.source) == 2 * carries.sum()
    assert set(across.rate_bps) == {20e6} and across.terminals == 2.0


def test_requests_at_single_instants_come_near_those_at_every_instant(plain):
    hourly = outcome('requests={kind="every", every_h=0.1}')
    assert row(hourly)["response_mean_h"] == pytest.approx(row(plain)["response_mean_h"], rel=0.02)
    drawn = outcome('requests={kind="poisson", per_day=400.0}')
    assert row(drawn)["response_mean_h"] == pytest.approx(row(plain)["response_mean_h"], rel=0.1)
    assert row(drawn)["age_mean_h"] == row(plain)["age_mean_h"]


def test_ages_of_targets_average_to_that_of_the_network(plain):
    cells, figures = plain.ages, row(plain)
    weight = 1.0 - cells["age_unknown_share"]
    assert np.average(cells["age_mean_h"], weights=weight) == pytest.approx(figures["age_mean_h"])
    assert cells["pictures_taken"].sum() == figures["pictures_taken"]


# Three stations, two of them in sight at once, of unlike rate, role and delay.
THREE = (
    FLEET.split("[[networks]]")[0]
    + """
[[networks]]
name = "three"
stations = [
    {catalog = "pgscc", antennas = 6, max_rate_mbps = 1.0},
    {catalog = "otradnoye", forwarding_delay_s = 600.0},
    {catalog = "pgscc", name = "twin", longitude_deg = 128.0, antennas = 2, roles = ["downlink"]},
]
"""
)


@pytest.fixture(scope="module")
def three():
    results = outcome(
        f"{SATELLITE}.orbit.total=3", f"{SATELLITE}.sensor.collection_s=8", text=THREE
    )
    figures = row(results, "three")
    assert 5 < figures["pictures_delivered"] == figures["pictures_taken"]
    return results, figures, 2.0 * 86_400.0


def carrying(results, role):
    """By satellite the (start, end, rate) of its contacts from acquisition on."""
    rows = {}
    for contact in results.contacts[results.contacts[role]].itertuples():
        start_s = contact.start_s + (0.0 if contact.cut_start else contact.acquisition_s)
        if start_s < contact.end_s:
            rows.setdefault(contact.satellite, []).append(
                (start_s, contact.end_s, contact.rate_bps)
            )
    return rows


def test_figures_of_contacts_are_those_of_the_table(three):
    results, figures, span_s = three
    by_satellite = [
        intervals.union(of_satellite[["start_s", "end_s"]].to_numpy())
        for _, of_satellite in results.contacts.groupby("satellite")
    ]
    assert figures["station_contacts_per_day"] == len(results.contacts) / 2.0
    assert figures["contacts_per_day"] == sum(map(len, by_satellite)) / 2.0
    assert figures["contacts_per_day"] < figures["station_contacts_per_day"]
    minutes = sum(np.diff(rows).sum() for rows in by_satellite) / 60.0
    assert figures["contact_minutes_per_day"] == pytest.approx(minutes / 2.0)
    in_contact = intervals.union(*by_satellite)
    gaps_s = np.append(in_contact[:, 0], span_s) - np.append(0.0, in_contact[:, 1])
    assert figures["longest_silence_h"] == pytest.approx(gaps_s.max() / 3_600.0)
    # The wait is known until the last contact ends, and none within one.
    wait_s = (gaps_s[:-1] ** 2).sum() / 2.0 / in_contact[-1, 1]
    assert figures["next_contact_mean_h"] == pytest.approx(wait_s / 3_600.0)


def test_what_the_downlinks_offer_is_the_best_rate_of_each_satellite_at_each_instant(three):
    results, figures, _ = three
    bits = 0.0
    for rows in carrying(results, "downlink").values():
        edges_s = sorted({edge for start_s, end_s, _ in rows for edge in (start_s, end_s)})
        for edge_s, next_s in itertools.pairwise(edges_s):
            rates = [rate for start_s, end_s, rate in rows if start_s <= edge_s and next_s <= end_s]
            bits += max(rates, default=0.0) * (next_s - edge_s)
    assert {rate for rows in carrying(results, "downlink").values() for *_, rate in rows} == {
        1e6,
        2e6,
    }
    assert figures["offered_gbit_per_day"] == pytest.approx(bits / 1e9 / 2.0)
    sent_bits = results.pictures["size_bits"].sum()
    assert figures["used_gbit_per_day"] == pytest.approx(sent_bits / 1e9 / 2.0)


def test_figures_of_latency_are_those_of_the_deliveries(three):
    results, figures, _ = three
    deliveries = results.deliveries
    hours = np.sort((deliveries["delivered_s"] - deliveries["taken_s"]).to_numpy()) / 3_600.0
    ranks = {"median": 0.5, "p90": 0.9, "p99": 0.99, "max": 1.0}
    for name, share in ranks.items():
        expected = hours[int(np.ceil(share * len(hours))) - 1]
        assert figures[f"latency_{name}_h"] == pytest.approx(expected), name
    assert figures["latency_mean_h"] == pytest.approx(hours.mean())
    for limit_h in (1, 3, 6, 12, 24):
        assert figures[f"delivered_within_{limit_h}h_share"] == (hours <= limit_h).mean()
    assert (figures["pictures_lost"], figures["pictures_waiting"]) == (0, 0)


def test_figures_of_age_and_response_are_those_of_instants(three):
    results, figures, span_s = three
    commands = {
        satellite: np.array([(start_s, end_s) for start_s, end_s, _ in rows])
        for satellite, rows in carrying(results, "command").items()
    }
    instants_s = np.arange(10.0, span_s, 20.0)
    cells, responses, stages_h = [], [], []
    for target in ("osan", "seoul", "kadena", "andersen"):
        of_target = results.deliveries[results.deliveries["target"] == target]
        newest_s = np.full(len(instants_s), -np.inf)
        best_s = np.full(len(instants_s), np.inf)
        parts_s = np.zeros((len(instants_s), 3))
        for picture in of_target.itertuples():
            later = instants_s >= picture.delivered_s
            newest_s[later] = np.maximum(newest_s[later], picture.taken_s)
            # The first instant from each on at which its satellite can be commanded.
            rows = commands[picture.satellite]
            asked_s = np.full(len(instants_s), np.inf)
            for start_s, end_s in rows:
                at_s = np.maximum(instants_s, start_s)
                asked_s = np.where(at_s < end_s, np.minimum(asked_s, at_s), asked_s)
            better = (asked_s <= picture.taken_s - 8.0) & (picture.delivered_s < best_s)
            best_s[better] = picture.delivered_s
            parts_s[better, 0] = (asked_s - instants_s)[better]
            parts_s[better, 1] = (picture.taken_s - asked_s)[better]
            parts_s[better, 2] = picture.delivered_s - picture.taken_s
        cells.append(instants_s - newest_s)
        responses.append(best_s - instants_s)
        stages_h.append(parts_s[np.isfinite(best_s)] / 3_600.0)
    for name, values in (("age", cells), ("response", responses)):
        every = np.concatenate(values) / 3_600.0
        known = every[np.isfinite(every)]
        unknown = 1.0 - len(known) / len(every)
        assert figures[f"{name}_unknown_share"] == pytest.approx(unknown, abs=2e-4)
        assert figures[f"{name}_mean_h"] == pytest.approx(known.mean(), rel=1e-3)
        assert figures[f"{name}_p90_h"] == pytest.approx(np.quantile(known, 0.9), abs=0.02)
        assert figures[f"{name}_max_h"] == pytest.approx(known.max(), abs=0.006)
    targets = results.ages.set_index("target")
    for target, values in zip(("osan", "seoul", "kadena", "andersen"), cells, strict=True):
        target_row, known = targets.loc[target], values[np.isfinite(values)] / 3_600.0
        assert target_row["age_mean_h"] == pytest.approx(known.mean(), rel=1e-3)
        assert target_row["age_p90_h"] == pytest.approx(np.quantile(known, 0.9), abs=0.02)
        assert target_row["age_max_h"] == pytest.approx(known.max(), abs=0.006)
        assert target_row["age_unknown_share"] == pytest.approx(
            1.0 - len(known) / len(values), abs=2e-4
        )
        of_target = results.deliveries[results.deliveries["target"] == target]
        hours = of_target["latency_s"] / 3_600.0
        assert target_row["pictures_taken"] == target_row["pictures_delivered"] == len(of_target)
        assert (target_row["latency_mean_h"], target_row["latency_max_h"]) == pytest.approx(
            (hours.mean(), hours.max())
        )
    known = np.concatenate([r[np.isfinite(r)] for r in responses]) / 3_600.0
    assert figures["response_median_h"] == pytest.approx(np.quantile(known, 0.5), abs=0.02)
    assert figures["response_p99_h"] == pytest.approx(np.quantile(known, 0.99), abs=0.02)
    means = np.concatenate(stages_h).mean(axis=0)
    for stage, expected in zip(("command", "collection", "delivery"), means, strict=True):
        assert figures[f"response_{stage}_h"] == pytest.approx(expected, rel=2e-3), stage


def cell_at(target, *overrides, text):
    """The times of a cell where a target is, and the figures of a study of that target alone."""
    alone = (f'targets=["{target}"]', *overrides)
    scenario = made.scenario(text, *alone)
    study = case.Study(scenario.resolve())
    pictures = events.pictures(study, events.accesses(study))
    place = study.scenario.targets[0]
    cell_times_of = {}
    for network in study.scenario.networks:
        reached = networks.outcome(study, network, events.contacts(study), pictures)
        times = cells.cell_times(
            watches(study),
            sites(place.latitude_deg, place.longitude_deg, place.height_m),
            study.span,
            services={"it": networks.service(study, reached.offer)},
            collection_s=[flight.table.sensor.collection_s for flight in study.flights],
            sun=study.sun,
        )["it"]
        cell_times_of[network.name] = (
            {name: float(v[0]) for name, v in vars(times).items()},
            reached.figures,
        )
    return cell_times_of, study.span.duration_s


# A picture is sent in a hundred-thousandth of a second, so none waits for another.
ALONE = (
    f"{SATELLITE}.downlink_rate_mbps=1e5",
    f"{SATELLITE}.sensor.picture_mbit=1.0",
    f"{STATION}.antennas=99",
)
RUSSIA = FLEET + '[[networks]]\ncatalog = "dprk+russia"\n'
LINKED = RUSSIA + "[networks.crosslinks]\nrate_mbps = 1e5\ngrazing_height_km = 0.0\n"


@pytest.mark.parametrize(
    ("target", "overrides", "text", "grid_s"),
    [
        ("andersen", (), RUSSIA, 0.0),
        ("andersen", (f"{SATELLITE}.sensor.collection_s=25.0",), RUSSIA, 0.0),
        ("osan", (f"{SATELLITE}.collection=real-time",), RUSSIA, 0.0),
        ("andersen", ("satellites.0.orbit.total=12",), LINKED, 15.0),
    ],
    ids=["plain", "collection", "real-time", "crosslinks"],
)
def test_a_cell_where_a_target_is_has_the_age_and_response_of_that_target_alone(
    target, overrides, text, grid_s
):
    cell_times_of, span_s = cell_at(target, *ALONE, *overrides, text=text)
    if target == "andersen":
        # Guam is out of sight of Pyongyang: the networks differ in all that they do for it.
        dprk, russia = (figures["response_mean_h"] for _, figures in cell_times_of.values())
        assert dprk > russia
    error_s = max(1e-3, grid_s)
    near = {"abs": error_s / 3600.0, "rel": 1e-9}
    for times, figures in cell_times_of.values():
        for figure in ("mean", "max"):
            cell_h = times[f"age_{figure}_s"] / 3600.0
            assert cell_h == pytest.approx(figures[f"age_{figure}_h"], **near)
        for figure in ("mean", "max", "command", "collection", "delivery"):
            cell_h = times[f"response_{figure}_s"] / 3600.0
            assert cell_h == pytest.approx(figures[f"response_{figure}_h"], **near)
        for name in ("age", "response"):
            share = times[f"{name}_unknown_s"] / span_s
            assert share == pytest.approx(figures[f"{name}_unknown_share"], abs=error_s / span_s)


def test_commands_do_not_travel_over_links_between_satellites():
    overrides = (*ALONE, "satellites.0.orbit.total=12")
    study = case.Study(made.scenario(LINKED, *overrides).resolve())
    pictures, contacts = (
        events.pictures(study, events.accesses(study)),
        events.contacts(study),
    )
    linked = study.scenario.networks[1]
    plain = linked.model_copy(update={"crosslinks": None})
    unlinked, crosslinked = (
        networks.service(study, networks.offer_of(study, network, contacts, pictures))
        for network in (plain, linked)
    )
    assert np.array_equal(unlinked.commands.start_s, crosslinked.commands.start_s)
    assert np.array_equal(unlinked.commands.end_s, crosslinked.commands.end_s)
    taken_s = np.linspace(0.0, study.span.duration_s, 50)
    assert (crosslinked.arrivals(0, taken_s) <= unlinked.arrivals(0, taken_s)).all()
    assert (crosslinked.arrivals(0, taken_s) < unlinked.arrivals(0, taken_s)).any()
