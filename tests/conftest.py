"""What holds for all tests: no property test passes or fails by the time it takes."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "by no clock", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("by no clock")
