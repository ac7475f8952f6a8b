"""The command line with every command, for whoever calls it without one being asked for."""

from simulator.cli.application import COMMANDS, application

app = application(COMMANDS)
