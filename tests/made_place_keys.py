"""Another value for each key of a target, of what it needs, and of a region."""

from simulator.scenario import Need, Region, Target

_BOX = {"bounds_deg": None}
RING = [[120.0, 30.0], [135.0, 30.0], [135.0, 45.0]]
OF_PLACES = {
    (Target, "catalog"): {"catalog": "osan"},
    (Target, "needs"): {"needs": "detect-carrier"},
    (Need, "catalog"): {"catalog": "detect-carrier"},
    (Region, "catalog"): {**_BOX, "catalog": "yellow_sea"},
    (Region, "latitude_band_deg"): {
        **_BOX,
        "latitude_band_deg": [30.0, 40.0],
        "resolution_km": 900.0,
    },
    (Region, "globe"): {**_BOX, "globe": True, "resolution_km": 1000.0},
    (Region, "polygon_deg"): {**_BOX, "polygon_deg": RING},
    (Region, "polygons_deg"): {**_BOX, "polygons_deg": [RING]},
    (Region, "feature"): {**_BOX, "geojson": "one.geojson", "feature": "a"},
    (Region, "geojson"): {**_BOX, "geojson": "one.geojson"},
    (Region, "shapefile"): {**_BOX, "shapefile": "one.shp"},
    (Region, "country"): {**_BOX, "country": "Japan", "resolution_km": 300.0},
    (Region, "holes_deg"): {
        "holes_deg": [[[127.0, 36.0], [129.5, 36.0], [129.5, 39.0], [127.0, 39.0]]]
    },
    (Region, "bounds_deg"): {**_BOX, "polygon_deg": RING},
}
