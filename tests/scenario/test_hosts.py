"""The host of a network in the scenario file, and its faults."""

import pytest

from simulator.errors import InputError
from simulator.scenario import to_toml
from tests import made

TEXT = made.text(
    """
[[networks]]
name = "home"
stations = ["pgscc"]

[[networks]]
name = "helped"
stations = ["pgscc", "yakutsk"]
host = {delay_h = 2.0, dropped_targets = ["osan"]}
""",
    networks=None,
)


def test_a_resolved_scenario_names_the_hosts_members_and_reads_the_same_again():
    resolved = made.scenario(TEXT).resolve()
    host = resolved.networks[1].host
    assert host.members == ("yakutsk",)
    assert made.scenario(to_toml(resolved)).resolve().networks[1].host == host


@pytest.mark.parametrize(
    ("override", "words"),
    [
        ('host={members=["yakutks"]}', "'yakutks' is no member; did you mean 'yakutsk'?"),
        ('host={dropped_targets=["ossan"]}', "'ossan' is no target of this scenario"),
        ("host={delay_h=-1.0}", "-1.0 is below 0"),
        ("host={first_use_share=1.5}", "1.5 is above 1"),
        ("host={delay=1.0}", "did you mean"),
        ('stations.1={catalog="yakutsk", until_utc=2023-11-23}', "write 2023-11-23T00:00:00Z"),
        (
            'stations.1={catalog="yakutsk", from_utc=2023-11-23T00:00:00Z, '
            "until_utc=2023-11-22T00:00:00Z}",
            "is not after from_utc",
        ),
    ],
)
def test_faults_name_the_key_and_what_is_allowed(override, words):
    with pytest.raises(InputError) as fault:
        made.scenario(TEXT, f"networks.1.{override}")
    text = "\n".join(fault.value.problems)
    assert words in text
    assert "networks.1." in text
