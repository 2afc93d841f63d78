"""The weather asks no more than it must, and answers as if it asked everything."""

from random import Random

from sim.weather import OF_CALLS, RATES, Fault, Service, Weather


def test_what_is_down_is_down_for_its_time_and_up_before_between_and_after() -> None:
    weather = Weather(Random(1))
    for service, from_ms, to_ms in ((Service.STORE, 100, 200), (Service.QUEUE, 150, 300), (Service.STORE, 500, 600)):
        weather._down_for(service, from_ms, to_ms)
    seen = [(now_ms, [what.value for what in Service if weather.is_down(what, now_ms)]) for now_ms in range(0, 800, 50)]
    assert [(now_ms, down) for now_ms, down in seen if down] == [
        (100, ["store"]),
        (150, ["queue", "store"]),
        (200, ["queue"]),
        (250, ["queue"]),
        (500, ["store"]),
        (550, ["store"]),
    ]


def test_every_fault_of_a_call_strikes_as_often_as_its_rate_says() -> None:
    weather = next(one for seed in range(100) if (one := Weather.of_seed(Random(seed), Random(seed), 0, 1)).rates)
    faults = tuple(fault for fault in RATES if fault in OF_CALLS)
    calls = 100_000
    for _ in range(calls):
        weather.one_of(faults)
    for fault in faults:
        assert abs(weather.happened[fault] / calls - weather.rates[fault]) < 0.002


def test_nothing_strikes_when_the_storm_is_over() -> None:
    weather = Weather.of_seed(Random(7), Random(7), 0, 1)
    weather.clear()
    assert not any(weather.one_of((fault,)) or weather.strikes(fault) for fault in Fault for _ in range(100))
