"""What the server that processes are copied from imports first, so that it begins lean."""

from simulator.leanstart import begin_lean

begin_lean()
