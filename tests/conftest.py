"""What holds for all tests: none passes or fails by time, nor by how a shell left interrupts."""

import signal

from hypothesis import HealthCheck, settings

settings.register_profile(
    "by no clock", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("by no clock")

# A shell that runs the tests in the background turns interrupts off, for their processes as well.
signal.signal(signal.SIGINT, signal.default_int_handler)
