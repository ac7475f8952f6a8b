"""Each projection is another library's, there and back."""

import cartopy.crs as ccrs
import numpy as np
import pytest

from simulator.maps.projections import (
    EQUAL_EARTH,
    MERCATOR,
    PLATE_CARREE,
    ROBINSON,
    Conic,
    Polar,
)

RADIUS_M = 6_371_000.0
SPHERE = ccrs.Globe(ellipse=None, semimajor_axis=RADIUS_M, semiminor_axis=RADIUS_M)
DEGREE_M = RADIUS_M * np.pi / 180.0
NORTH = {"central_longitude": 0.0, "central_latitude": 35.0, "standard_parallels": (30.0, 40.0)}
SOUTH = {"central_longitude": 0.0, "central_latitude": -35.0, "standard_parallels": (-40.0, -30.0)}


@pytest.mark.parametrize(
    ("ours", "theirs", "latitudes", "apart"),
    [
        # Robinson gave a table; who draws between its rows in another way is this far off.
        (ROBINSON, ccrs.Robinson(globe=SPHERE), (-90.0, 90.0), 0.2),
        (EQUAL_EARTH, ccrs.EqualEarth(globe=SPHERE), (-90.0, 90.0), 1e-9),
        (MERCATOR, ccrs.Mercator(globe=SPHERE), (-84.0, 84.0), 1e-9),
        (PLATE_CARREE, ccrs.PlateCarree(globe=SPHERE), (-90.0, 90.0), 1e-9),
        (Conic(35.0, (30.0, 40.0)), ccrs.LambertConformal(globe=SPHERE, **NORTH), (-25, 89), 1e-9),
        (
            Conic(-35.0, (-40.0, -30.0)),
            ccrs.LambertConformal(globe=SPHERE, cutoff=30.0, **SOUTH),
            (-89.0, 25.0),
            1e-9,
        ),
        (Polar(1.0), ccrs.Stereographic(90.0, 0.0, globe=SPHERE), (-59.0, 89.0), 1e-9),
        (Polar(-1.0), ccrs.Stereographic(-90.0, 0.0, globe=SPHERE), (-89.0, 59.0), 1e-9),
    ],
    ids=["robinson", "equal earth", "mercator", "plate carree", "conic", "south", "polar", "pole"],
)
def test_each_projection_is_cartopys_there_and_back(ours, theirs, latitudes, apart):
    longitude, latitude = np.meshgrid(np.linspace(-179.0, 179.0, 41), np.linspace(*latitudes, 61))
    unit = 1.0 if isinstance(theirs, ccrs.PlateCarree) else DEGREE_M
    points = theirs.transform_points(ccrs.PlateCarree(globe=SPHERE), longitude, latitude) / unit
    x, y = ours.project(longitude, latitude)
    np.testing.assert_allclose(x, points[..., 0], atol=apart)
    np.testing.assert_allclose(y, points[..., 1], atol=apart)
    back = ours.unproject(x[1:-1], y[1:-1])
    np.testing.assert_allclose(back[0], longitude[1:-1], atol=1e-3)
    np.testing.assert_allclose(back[1], latitude[1:-1], atol=1e-3)


def test_a_conic_map_of_one_true_parallel_has_its_scale_there():
    conic = Conic(40.0, (40.0, 40.0))
    x, _ = conic.project([0.0, 0.1], [40.0, 40.0])
    assert x[1] == pytest.approx(0.1 * np.cos(np.radians(40.0)), rel=1e-5)


def test_a_point_beside_the_globe_has_no_place_on_it():
    x, y = (np.array([value]) for value in (179.0, 80.0))
    assert np.isnan(ROBINSON.unproject(x, y)[0])
    assert np.isnan(PLATE_CARREE.unproject(np.array([0.0]), np.array([91.0]))[1])
