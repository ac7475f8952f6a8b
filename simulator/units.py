"""How many seconds a minute, an hour and a day have, and how many minutes a day."""

MINUTE_S = 60.0
HOUR_S = 3_600.0
DAY_S = 86_400.0
MINUTES_PER_DAY = 1_440.0
