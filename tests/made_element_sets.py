"""Element sets for the tests of every key."""

from simulator.scenario import OmmOrbit

OMM = """kind = "omm"
[satellites.orbit.elements]
name = "X"
catalogue_number = 58400
epoch = 2023-11-22T00:00:00Z
mean_motion_rev_per_day = 15.2
eccentricity = 0.001
inclination_deg = 97.42
raan_deg = 20.0
argument_of_perigee_deg = 90.0
mean_anomaly_deg = 270.0
"""

# Other values of the keys of an orbit by such a message.
OF_OMM = {
    (OmmOrbit, "file"): {"elements": None, "file": "one.json"},
    (OmmOrbit, "satellite"): {"elements": None, "file": "one.json", "satellite": 58400},
    (OmmOrbit, "elements"): {"elements": None, "file": "one.json"},
}
