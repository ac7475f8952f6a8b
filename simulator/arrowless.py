"""What a process imports first that is handed tables by one without Arrow, and so needs none."""

from simulator.leanstart import leave_arrow_out

leave_arrow_out()
