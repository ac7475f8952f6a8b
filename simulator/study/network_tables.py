"""The tables of networks, what they are made of and what they deliver; columns as `results` has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from simulator.arrays import FloatArray
from simulator.delivery import DELIVERED, LOST, Deliveries
from simulator.earth import contact_radius_km
from simulator.network import Offer
from simulator.scenario import Scenario, Station
from simulator.study.access_tables import named, picture_table
from simulator.study.case import Study, hours, members, share_or_nan
from simulator.study.clear_pictures import clear_target_ages
from simulator.study.columns import Columns, columns_of_rows
from simulator.study.events import PictureList
from simulator.study.networks import NetworkOutcome
from simulator.timeliness import Delays, age_of_information, latency_statistics


def network_columns(scenario: Scenario, figures: Sequence[dict[str, float]]) -> Columns:
    """Return the columns of networks, from the figures of each, which have the same names."""
    networks = scenario.networks
    return {
        "network": [network.name for network in networks],
        "stations": [len(network.stations) for network in networks],
        "relays": [len(network.relays) for network in networks],
        **columns_of_rows(figures),
    }


def station_table(study: Study, heights_km: FloatArray) -> pd.DataFrame:
    """Return a row a member; `heights_km` are the least and greatest of any satellite."""
    rows = []
    for network in study.scenario.networks:
        for link in members(network):
            row: dict[str, Any] = {
                "network": network.name,
                "station": link.name,
                "kind": "station" if isinstance(link, Station) else "relay",
                "roles": ", ".join(link.roles),
                # Relays are geostationary: over the equator, without a least elevation.
                "latitude_deg": 0.0,
                "longitude_deg": link.longitude_deg,
                "min_elevation_deg": np.nan,
                "contact_radius_min_km": np.nan,
                "contact_radius_max_km": np.nan,
                "acquisition_s": link.acquisition_s,
                "forwarding_delay_s": link.forwarding_delay_s,
            }
            if isinstance(link, Station):
                row["latitude_deg"] = link.latitude_deg
                row["min_elevation_deg"] = link.min_elevation_deg
                row["contact_radius_min_km"], row["contact_radius_max_km"] = contact_radius_km(
                    altitude_km=heights_km, min_elevation_deg=link.min_elevation_deg
                ).tolist()
            rows.append(row)
    return pd.DataFrame(rows)


def contact_table(study: Study, network: str, offer: Offer) -> pd.DataFrame:
    """Return a row a contact of one network, as granted."""
    contacts = offer.contacts
    return pd.DataFrame(
        {
            "network": network,
            "satellite": named(study.fleet.names, contacts.satellite),
            "station": named([link.name for link in offer.links], contacts.link),
            "start_s": contacts.start_s,
            "end_s": contacts.end_s,
            "duration_s": contacts.end_s - contacts.start_s,
            "cut_start": contacts.cut[:, 0],
            "cut_end": contacts.cut[:, 1],
            "culmination_s": contacts.culmination_s,
            "max_elevation_deg": contacts.max_elevation_deg,
            "rate_bps": offer.rate_bps,
            "delay_s": offer.of_links([float(link.forwarding_delay_s) for link in offer.links]),
            "acquisition_s": offer.of_links([float(link.acquisition_s) for link in offer.links]),
            "command": offer.has_role("command"),
            "downlink": offer.has_role("downlink"),
        }
    )


def crosslink_table(study: Study, outcome: NetworkOutcome) -> pd.DataFrame:
    """Return a row a window in which two satellites of one network can talk to each other."""
    links, names = outcome.offer.crosslinks, study.fleet.names
    if links is None or not len(links.source):
        return pd.DataFrame()
    # Both ways are in the plan: the table has each window once.
    forward = links.source < links.destination
    return pd.DataFrame(
        {
            "network": outcome.network.name,
            "satellite": named(names, links.source[forward]),
            "other": named(names, links.destination[forward]),
            "start_s": links.start_s[forward],
            "end_s": links.end_s[forward],
            "duration_s": (links.end_s - links.start_s)[forward],
            "rate_bps": links.rate_bps[forward],
        }
    )


def delivery_table(study: Study, outcome: NetworkOutcome, pictures: PictureList) -> pd.DataFrame:
    """Return a row a picture: what one network makes of it."""
    deliveries, delays, links = outcome.deliveries, outcome.delays, outcome.offer.links
    if not len(pictures):
        return pd.DataFrame()
    table = picture_table(study, pictures).drop(columns="size_bits")
    table.insert(0, "network", outcome.network.name)
    columns = delivery_columns(deliveries, delays, [link.name for link in links], pictures.taken_s)
    return table.assign(**columns, **_moved(study, pictures, columns["delivered_s"]))


def delivery_columns(
    deliveries: Deliveries, delays: Delays, links: Sequence[str], taken_s: FloatArray
) -> dict[str, Any]:
    """Return what became of each picture (P,), by column; `links` are the names of links (L,)."""
    delivered = deliveries.status == DELIVERED
    status = np.where(
        delivered, "delivered", np.where(deliveries.status == LOST, "lost", "waiting")
    )
    via = np.array([links[i] if i >= 0 else "" for i in deliveries.link], dtype=object)
    latency_s = deliveries.delivered_s - taken_s
    return {
        "sent_s": np.where(np.isfinite(deliveries.sent_s), deliveries.sent_s, np.nan),
        "delivered_s": np.where(delivered, deliveries.delivered_s, np.nan),
        "latency_s": np.where(delivered, latency_s, np.nan),
        "via": np.where(delivered, via, ""),
        "status": status,
        "contact_wait_s": delays.contact_s,
        "queue_wait_s": delays.queue_s,
        "sending_s": delays.sending_s,
        "forwarding_wait_s": delays.forwarding_s,
        "hops": deliveries.hops,
    }


def _moved(study: Study, pictures: PictureList, until_s: FloatArray) -> dict[str, FloatArray]:
    """Return how far targets have gone from each picture to an instant (P,), if any moves.

    NaN where the instant is, or where the target is nowhere by then.
    """
    where = study.whereabouts
    if not where.movements:
        return {}
    gone_s = np.full(len(study.scenario.targets), np.inf)
    for number, moved in where.movements.items():
        gone_s[number] = moved.end_s
    there = until_s <= gone_s[pictures.target]
    at_s = np.where(there, until_s, pictures.taken_s)
    places = [where.sites_at(pictures.target, t_s) for t_s in (pictures.taken_s, at_s)]
    apart_km = np.linalg.norm(places[1].position_m - places[0].position_m, axis=1) / 1e3
    return {"moved_km": np.where(there, apart_km, np.nan)}


def age_table(study: Study, outcome: NetworkOutcome, pictures: PictureList) -> pd.DataFrame:
    """Return a row a target: latency and age of information with one network."""
    rows = []
    for number, target in enumerate(study.scenario.targets):
        own = pictures.target == number
        taken_s, delivered_s = pictures.taken_s[own], outcome.deliveries.delivered_s[own]
        age = age_of_information(taken_s, delivered_s, study.span.duration_s)
        latency = latency_statistics(taken_s, delivered_s)
        rows.append(
            {
                "target": target.name,
                "pictures_taken": len(taken_s),
                "pictures_delivered": latency.samples,
                "latency_mean_h": hours(latency.mean_s),
                "latency_max_h": hours(latency.max_s),
                "age_mean_h": hours(age.mean_s),
                "age_p90_h": hours(age.percentile_s(90)),
                "age_max_h": hours(age.max_s),
                "age_unknown_share": share_or_nan(age.undefined_share),
            }
        )
    clear = clear_target_ages(study, pictures, outcome.deliveries.delivered_s) if rows else {}
    table = pd.DataFrame(rows).assign(**clear)
    table.insert(0, "network", outcome.network.name)
    return table
