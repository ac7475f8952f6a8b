"""What a process imports that is to run compiled code, or to be copied into such processes.

Numba enters all that it knows of Python and NumPy before the first compiled function runs: copies
of a process that has done so already need not each do it anew.
"""

from simulator.numbastart import (
    begin_without_linear_algebra,
    enter_what_is_known,
    find_no_extensions,
)

begin_without_linear_algebra()
find_no_extensions()
enter_what_is_known()
