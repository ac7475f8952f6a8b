"""Sampling errors of a run: the figures are those of the tables, ratios are of one draw."""

import numpy as np
import pytest

from simulator.delivery import DELIVERED
from simulator.revisit import batches
from simulator.revisit.gaps import nearest_rank
from simulator.study import (
    events,
    networks,
    region_tables,
    regions,
    sampling,
)
from simulator.study.case import Study
from simulator.study.runs import figures, run
from simulator.study.store import MemoryStore
from simulator.uncertainty.day_bootstrap import bootstrap_interval
from tests import made

TEXT = made.text(
    """
[[regions]]
name = "box"
bounds_deg = {west = 124, south = 33, east = 130, north = 42}
resolution_km = 80.0
""",
    days=9.5,
    targets=["osan", "kadena", "andersen"],
    uncertainty={"resamples": 60, "block_days": 2},
)
REQUESTS = '{kind = "every", every_h = 7.0, first_h = 1.0}'


def scenario(*overrides):
    return made.scenario(TEXT, *overrides)


@pytest.fixture(scope="module")
def results():
    return run(scenario())


@pytest.fixture(scope="module", params=[(), (f"targets.0.requests={REQUESTS}",)])
def parts(request):
    study = Study(scenario(*request.param).resolve())
    pictures = events.pictures(study, events.accesses(study))
    contacts = events.contacts(study)
    outcomes = [networks.outcome(study, n, contacts, pictures) for n in study.scenario.networks]
    return study, pictures, outcomes


def test_the_figures_of_the_span_are_those_of_the_networks(parts):
    study, pictures, outcomes = parts
    table = sampling.network_sampling_table(study, outcomes, pictures)
    assert len(table) == 2 * 7
    for row in table.to_dict(orient="records"):
        expected = {n.network.name: n.figures for n in outcomes}[row["network"]][row["figure"]]
        assert row["of_span"] == pytest.approx(expected, rel=1e-9), row["figure"]
        assert row["low"] <= row["of_span"] <= row["high"]
    own = table[table["network"] == "dprk"][["ratio_of_span", "ratio_low", "ratio_high"]]
    assert own.to_numpy() == pytest.approx(1.0)


def test_a_draw_of_a_network_is_that_of_its_days_one_by_one(parts):
    study, pictures, outcomes = parts
    resamples, network_outcome = sampling.block_resamples(study), outcomes[0]
    figures = sampling.resampled_figures(study, network_outcome, pictures, resamples)
    days = len(resamples.edges_s) - 1
    delivered = network_outcome.deliveries.status == DELIVERED
    latency_h = (network_outcome.deliveries.delivered_s - pictures.taken_s)[delivered] / 3_600.0
    day = np.minimum(pictures.taken_s[delivered] // 86_400.0, days - 1).astype(int)
    instants = np.arange(5.0, 9.5 * 86_400.0, 10.0)
    ages = [age_at(instants, pictures, network_outcome, n) for n in range(3)]
    windows_s = np.concatenate(network_outcome.offer.in_contact_s(len(study.flights)))
    met = np.minimum(windows_s.mean(axis=1) // 86_400.0, days - 1).astype(int)
    opens = np.zeros(len(instants), dtype=bool)
    for start_s, end_s in windows_s:
        opens |= (instants >= start_s) & (instants < end_s)
    answers = [
        response_at(instants, response, asked_s)
        for response, asked_s in zip(network_outcome.responses, study.requests, strict=True)
    ]
    for draw in (0, 3, 17):
        times = resamples.counts[:-1, draw].astype(int)
        pool = np.concatenate([np.tile(latency_h[day == d], times[d]) for d in range(days)])
        assert figures["latency_mean_h"][draw] == pytest.approx(pool.mean())
        for name, percent in (("median", 50.0), ("p90", 90.0)):
            expected = nearest_rank(np.sort(pool), percent)
            assert figures[f"latency_{name}_h"][draw] == pytest.approx(expected)
        often = times[np.minimum(instants // 86_400.0, days - 1).astype(int)]
        sums = [np.nansum(age * often) for age in ages]
        known = [((age == age) * often).sum() for age in ages]
        assert figures["age_mean_h"][draw] == pytest.approx(
            sum(sums) / sum(known) / 3_600.0, rel=1e-3
        )
        length_days = (times * np.diff(resamples.edges_s)).sum() / 86_400.0
        assert figures["contacts_per_day"][draw] == pytest.approx(times[met].sum() / length_days)
        minutes = 10.0 / 60.0 * often[opens].sum() / length_days
        assert figures["contact_minutes_per_day"][draw] == pytest.approx(minutes, rel=0.03)
        sums = [
            (seconds * weight * often_at(at_s, times)).sum() for at_s, seconds, weight in answers
        ]
        known = [(weight * often_at(at_s, times)).sum() for at_s, _, weight in answers]
        mean_h = sum(sums) / sum(known) / 3_600.0
        assert figures["response_mean_h"][draw] == pytest.approx(mean_h, rel=2e-3)


def often_at(instant_s, times):
    return times[np.minimum(instant_s // 86_400.0, len(times) - 1).astype(int)]


def response_at(instants, response, asked_s):
    """Instants, responses there and what each weighs: every ten seconds, or the requests."""
    if asked_s is not None:
        known = len(response.length_s)
        return asked_s[:known], response.low_s, response.length_s
    ends_s = np.cumsum(response.length_s)
    piece = np.searchsorted(ends_s, instants, side="right")
    inside = piece < len(ends_s)
    piece, at_s = piece[inside], instants[inside]
    first_s = ends_s[piece] - response.length_s[piece]
    return at_s, response.high_s[piece] - (at_s - first_s), np.full(len(at_s), 10.0)


def test_ends_and_ratios_of_the_table_are_those_of_the_draws(parts):
    study, pictures, outcomes = parts
    table = sampling.network_sampling_table(study, outcomes, pictures).set_index(
        ["network", "figure"]
    )
    resamples = sampling.block_resamples(study)
    base, russia = (
        sampling.resampled_figures(study, network_outcome, pictures, resamples)
        for network_outcome in outcomes
    )
    share = study.scenario.uncertainty.share
    for figure, values in russia.items():
        row = table.loc[("dprk+russia", figure)]
        interval_ends = (row["low"], row["high"])
        assert interval_ends == pytest.approx(bootstrap_interval(values, share), nan_ok=True), (
            figure
        )
        with np.errstate(divide="ignore", invalid="ignore"):
            ratios = np.where(base[figure] > 0.0, values / base[figure], np.nan)
        interval_ends = (row["ratio_low"], row["ratio_high"])
        assert interval_ends == pytest.approx(bootstrap_interval(ratios, share), nan_ok=True), (
            figure
        )
        assert row["ratio_of_span"] == pytest.approx(ratios[0], nan_ok=True)
        assert row["low"] < row["high"]


def age_at(instants, pictures, outcome, target):
    of_target = pictures.target == target
    age = np.full(len(instants), np.nan)
    delivered_s = outcome.deliveries.delivered_s[of_target]
    for picture_s, arrival_s in zip(pictures.taken_s[of_target], delivered_s, strict=True):
        age = np.where(instants >= arrival_s, np.fmin(age, instants - picture_s), age)
    return age


def test_the_mean_of_every_figure_that_can_have_one_lies_in_its_interval(results):
    table = results.coverage.set_index(["latitude_band", "figure"])
    with_ends = table[table["low"].notna()]
    assert (with_ends["low"] <= with_ends["mean"] + 1e-9).all()
    assert (with_ends["mean"] <= with_ends["high"] + 1e-9).all()
    assert with_ends["high"].notna().all()
    assert (with_ends["high"] > with_ends["low"]).mean() > 0.9
    without = set(table[table["low"].isna()].loc["all"].index)
    worst = {f"{name}_{end}" for name, end in [
        ("access", "max_min"), ("revisit", "min_h"), ("revisit", "max_h"), ("wait", "max_h"),
        ("age_of_data", "max_h"), ("satellites_at_once", "max"),
    ]}  # fmt: skip
    assert worst <= without
    # Of so few gaps the 95th percentile is the longest.
    assert "revisit_p95_h" in without and "revisit_p50_h" not in without


def test_bands_of_latitude_have_intervals_of_their_own(results):
    table = results.coverage.set_index(["latitude_band", "figure"])
    bands = results.coverage["latitude_band"].unique()
    assert len(bands) > 2
    ends = {tuple(table.loc[(band, "revisit_mean_h"), ["low", "high"]]) for band in bands}
    assert len(ends) == len(bands)


def test_targets_and_stays_have_intervals(results):
    for name in ("accesses_{}per_day", "access_{}minutes_per_day", "revisit_mean_{}h",
                 "wait_mean_{}h"):  # fmt: skip
        low, value, high = (results.targets[name.format(end)] for end in ("low_", "", "high_"))
        assert (low <= value + 1e-9).all() and (value <= high + 1e-9).all()
    stays = results.stays
    assert (stays["seen_low_share"] <= stays["seen_share"] + 1e-9).all()
    assert (stays["seen_share"] <= stays["seen_high_share"] + 1e-9).all()
    assert stays["seen_high_share"].between(0.0, 1.0).all()


def test_targets_resampled_a_few_at_once_have_the_same_intervals(results, monkeypatch):
    monkeypatch.setattr(sampling, "_TARGETS_AT_ONCE", 2)
    few = run(scenario()).targets
    ends = [name for name in few if "_low_" in name or "_high_" in name]
    assert len(ends) >= 8
    assert few[ends].to_numpy() == pytest.approx(results.targets[ends].to_numpy(), nan_ok=True)


def test_a_span_too_short_or_no_resamples_leaves_no_interval():
    for short in (run(scenario("span.days=3")), run(scenario("uncertainty.resamples=0"))):
        assert not len(short.sampling)
        assert short.coverage["low"].isna().all() and short.coverage["mean"].notna().any()
        assert short.targets["revisit_mean_low_h"].isna().all()
        assert short.stays["seen_low_share"].isna().all()


def test_figures_stays_and_sampling_are_found_in_one_search(monkeypatch):
    searches, stream = [], batches.stream

    def counted(*arguments, **options):
        searches.append(1)
        return stream(*arguments, **options)

    monkeypatch.setattr(regions, "stream", counted)
    store = MemoryStore()
    study = Study(scenario().resolve(), store)
    (table,) = study.scenario.regions
    first = regions.region_findings(study, table)
    assert len(searches) == 1
    again = regions.region_findings(Study(scenario().resolve(), store), table)
    assert len(searches) == 1
    rows = [
        region_tables.coverage_table(
            "box", region.figures, region.sampling, study.scenario.counting
        )
        for region in (first, again)
    ]
    assert rows[0].equals(rows[1])
    # What a change does not touch is kept: figures and stays know nothing of the seed.
    regions.region_findings(Study(scenario("seed=5").resolve(), store), table)
    assert len(searches) == 2
    assert store.counts["regions", "hit"] == store.counts["stays", "hit"] == 2
    assert store.counts["sampling", "hit"] == 1


def test_a_sweep_takes_the_figures_alone_from_what_a_run_kept():
    store = MemoryStore()
    whole, alone = run(scenario(), store=store), figures(scenario(), store=store)
    assert store.counts["regions", "hit"] == 1
    assert store.counts["targets", "hit"] == 1
    shared = [name for name in alone.targets if alone.targets[name].dtype.kind == "f"]
    assert alone.targets[shared].to_numpy() == pytest.approx(whole.targets[shared].to_numpy())


def test_a_few_cells_of_many_tell_how_far_chance_reaches(results, monkeypatch):
    monkeypatch.setattr(regions, "_MOST_RESAMPLED", 30)
    few = run(scenario()).coverage
    every = results.coverage
    assert few["mean"].equals(every["mean"])
    whole = (every["latitude_band"] == "all") & every["low"].notna() & few["low"].notna()
    width = (few["high"] - few["low"])[whole] / (every["high"] - every["low"])[whole]
    assert width.median() == pytest.approx(1.0, abs=0.15)
    assert (few["low"] <= few["mean"] + 1e-9)[whole].all()
