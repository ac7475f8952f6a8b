"""The longer definitions: what the figures of a study rest on, as it states them in its results.

`Term.definition` says which of them holds for a figure.
"""

from __future__ import annotations

_REVISIT = {
    "stk": "all gaps between merged accesses, both end gaps included; never seen: the span's "
    "length",
    "tatc": "gaps between merged accesses, both end gaps left out; seen but once: none",
    "interior": "gaps between merged accesses, both end gaps left out; seen but once: none",
}


# What each printed figure means, one sentence a figure; names in braces depend on the scenario.
_DEFINITIONS = {
    "access": "interval in which a place could be looked at: all conditions of the sensor "
    "hold, of off-nadir, elevation, sample distance and light as far as it has them",
    "revisit": "rule '{rule}': {counted}; always in view: 0",
    "picture": "one an access, taken at its best look or, where the satellite cannot turn in "
    "time, as near to it as it can; left out where no instant fits",
    "lost": "found no room in the recorder; in real time, no contact to be sent in",
    "latency stages": "no contact open; in contact but not being sent; being sent; from the "
    "last bit sent to headquarters: they add up to the latency",
    "response stages": "to the command on board; to the end of collection; to headquarters: "
    "they add up to the response",
    "saved": "by the response computed again over the same requests with a stage that takes no "
    "time, of the delivery each part by itself with the others as they are; not the stage itself, "
    "for who is earlier there may wait longer for what comes next",
    "spread": "median and range over draws of what nobody knows: each sets the scenario's "
    "unknowns, at shares of their odds that form a Latin hypercube (McKay, Beckman & Conover "
    "1979), moves all satellites along their orbits by one of as many evenly spread angles, and "
    "takes the next seed; all networks are given the same draws",
    "explained": "first-order share of variance by the correlation ratio over classes of an "
    "unknown's odds (Plischke, Borgonovo & Smith 2013), less what chance explains (Kelley 1935); "
    "times and ratios as logarithms, so that their means are geometric",
    "sampling error": "interval that holds uncertainty.share of bootstrap resamples of the "
    "span's days (block bootstrap, moving blocks, Kuensch 1989), the same days for all places and "
    "networks, moved so that their median lies at the figure; chance of the days flown "
    "alone, not of orbit phase or season. What is longest, least or worst, and the share "
    "seen at least once, have none: no resample holds more than the span itself. In "
    "regions of more than 5,000 cells it is that of about as many, evenly spread",
    "seen in": "time from the start of the span until so much of the area has been in access",
    "strips": "each at a held roll, chosen greedily by the area they add that day",
    "stays": "something that appears at a uniformly random instant and stays within the span "
    "could be looked at if an access is open while it stays",
    "actionable": "something that appears at a uniformly random instant and stays for a while "
    "within the span is acted on if a picture taken while it stays is good enough for what the "
    "target needs, shows no cloud, and is at headquarters, and the time to act on it over, before "
    "it is gone; targets weigh alike. The links are counted one upon the other: each chance is of "
    "all links up to its own",
    "safe": "longest stretch without access that begins in an hour of the local mean day",
    "ages of cells": "every access of a cell gives a picture that has the network to itself",
    "response of cells": "under the same assumption, by the rule of the response; what lies "
    "beyond the span is left out by cell and its share given",
    "contacts": "times of a satellite in contact with one station or more, overlaps merged; "
    "minutes are added over satellites",
    "longest silence": "longest time without contact of any satellite, ends of the span included",
    "wait for contact": "from a uniformly random instant to contact of any satellite, or to one in "
    "which it can be commanded",
    "worth alone": "what a baseline gains in a figure by one member of a network, better positive",
    "worth if lost": "what the whole network loses in a figure without one member",
    "Shapley value": "mean of what a member adds to those before it, over all orders in which the "
    "members of a network may join its baseline (Shapley 1953): they add up to the whole gain",
    "could send": "all satellites to the ground, one beam a satellite at its best rate, "
    "whether or not there are pictures",
    "shares of pictures": "passed on by satellites, of those delivered; delivered within a time, "
    "of those taken",
    "latency": "end of collection to the last bit at headquarters, delivered pictures only; "
    "percentiles by nearest rank",
    "response": "{request}, commanded through the network, to the first picture then taken and "
    "delivered; targets weigh alike; requests whose answer lies beyond the span are left out "
    "and their share given",
    "age": "instant less the collection time of the newest picture at headquarters; time "
    "statistics, targets weigh alike; the time before the first delivery is left out and its "
    "share given",
    "wait for access": "from a uniformly random instant to the next access, the span's end "
    "taken for one; the sum of the squared gaps over twice the span",
    "best look": "instant of an access with the finest ground sample distance (GSD), "
    "geometric mean of both directions, which a look at elevation 0 or below has not; the "
    "finest GSD of all and the highest NIIRS, by GIQE-5 with edge response and noise assumed"
    "{radar}",
    "clear": "expected over all skies: the sky over a place is clear enough with a chance by "
    "month, and stays as it is for clouds.persistence_h on average, so that looks close in time "
    "are alike; an access counts by the sky at its start, a picture by that of its instant, a "
    "radar's whatever the sky; a picture under cloud is delivered and shows nothing; what lies "
    "beyond the span is left out and its share given, for the wait its end is taken for a look",
    "orbit heights": "two-body heights of the SGP4 mean motion over 6378.135 km",
    "local time": "mean solar",
    "off-nadir": "from the geodetic nadir",
}


def definitions(rule: str, *, radar: bool = False, always_asked: bool = True) -> dict[str, str]:
    """Return what each printed figure means, one sentence a figure.

    `rule` counts gaps: stk, tatc or interior; `radar`: if any looks; `always_asked`: if a request
    may come at any instant at every target.
    """
    request = "request at a uniformly random instant"
    if not always_asked:
        request = "request when the scenario has one for the target"
    no_niirs = "; it is of optical pictures, so a radar's looks have no NIIRS"
    words = {
        "rule": rule,
        "counted": _REVISIT[rule],
        "request": request,
        "radar": no_niirs if radar else "",
    }
    return {name: text.format(**words) for name, text in _DEFINITIONS.items()}
