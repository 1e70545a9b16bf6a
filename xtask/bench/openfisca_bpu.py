"""BPU contributions with OpenFisca-core: the other side of `cargo xtask bench rules`.

Usage: openfisca_bpu.py PARAMETERS PEOPLE. Both files come from crates/rules/examples/speed.rs, so
no number of the law stands here. Prints one JSON object: processor seconds of the calculation
alone, best of the rounds, and the rupiah of all people for every month.

The fastest of the idiomatic ways was taken: the tier is found once a month, with searchsorted over
the thresholds of a scale, and the programmes take their amounts by tier. The scale's own `calc`
searches in floating point and again for every amount. A relief is applied to the amounts of the
tiers before they are dealt out, and not looked at in a month without one.
"""

import json
import sys
import time
from importlib.metadata import version

import numpy
from openfisca_core.entities import Entity
from openfisca_core.parameters import ParameterNode
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

PERSON = Entity("person", "persons", "Somebody who earns no wage", "")
WHOLE_PPM = 1_000_000
# One record of the file of people, as speed.rs writes it.
RECORD = numpy.dtype([("income", "<i4"), ("transport", "?"), ("government", "?"), ("jht", "?")])


class income(Variable):
    value_type = int
    entity = PERSON
    definition_period = DateUnit.MONTH
    label = "Income reported for the month, rupiah"


class in_transport(Variable):
    value_type = bool
    entity = PERSON
    definition_period = DateUnit.ETERNITY
    label = "Works in transport"


class government_paid(Variable):
    value_type = bool
    entity = PERSON
    definition_period = DateUnit.ETERNITY
    label = "Paid for from a budget of the government"


class in_jht(Variable):
    value_type = bool
    entity = PERSON
    definition_period = DateUnit.ETERNITY
    label = "Is in JHT as well"


class tier(Variable):
    value_type = int
    entity = PERSON
    definition_period = DateUnit.MONTH
    label = "Tier of income from 0; an income between two tiers belongs to the lower one"

    def formula(person, period, parameters):
        thresholds = numpy.array(parameters(period).bpu.jkk.thresholds, dtype=numpy.int32)
        return thresholds.searchsorted(person("income", period), side="right") - 1


class relieved(Variable):
    value_type = bool
    entity = PERSON
    definition_period = DateUnit.MONTH
    label = "A relief of JKK and JKM is in force for the person"

    def formula(person, period, parameters):
        payable = parameters(period).bpu.payable
        if payable.transport == payable.other:
            return ~person("government_paid", period)
        in_transport = person("in_transport", period)
        covered = in_transport if payable.transport < WHOLE_PPM else ~in_transport
        return covered & ~person("government_paid", period)


class jkk(Variable):
    value_type = int
    entity = PERSON
    definition_period = DateUnit.MONTH
    label = "Contribution to JKK, rupiah"

    def formula(person, period, parameters):
        bpu = parameters(period).bpu
        tier = person("tier", period)
        full = numpy.array(bpu.jkk.amounts, dtype=numpy.int32)
        rate = relief_rate(bpu)
        if rate == WHOLE_PPM:
            return full[tier]
        return numpy.where(person("relieved", period), share(full, rate)[tier], full[tier])


class jkm(Variable):
    value_type = int
    entity = PERSON
    definition_period = DateUnit.MONTH
    label = "Contribution to JKM, rupiah"

    def formula(person, period, parameters):
        bpu = parameters(period).bpu
        full = numpy.int32(bpu.jkm)
        rate = relief_rate(bpu)
        if rate == WHOLE_PPM:
            return person.filled_array(full, dtype=numpy.int32)
        return numpy.where(person("relieved", period), share(full, rate), full)


class jht(Variable):
    value_type = int
    entity = PERSON
    definition_period = DateUnit.MONTH
    label = "Contribution to JHT, rupiah"

    def formula(person, period, parameters):
        bpu = parameters(period).bpu
        by_tier = share(numpy.array(bpu.base.amounts), bpu.jht)
        return by_tier[person("tier", period)] * person("in_jht", period)


class contribution(Variable):
    value_type = int
    entity = PERSON
    definition_period = DateUnit.MONTH
    label = "What the month costs, rupiah"

    def formula(person, period):
        return person("jkk", period) + person("jkm", period) + person("jht", period)


def relief_rate(bpu):
    """The part that remains payable where a relief is in force."""
    rates = {bpu.payable.transport, bpu.payable.other} - {WHOLE_PPM}
    assert len(rates) <= 1, "two reliefs of different size in one month"
    return min(rates, default=WHOLE_PPM)


def share(amount, ppm):
    """Parts per million of an amount, half a rupiah up."""
    product = numpy.asarray(amount, dtype=numpy.int64) * int(ppm)
    return ((product + WHOLE_PPM // 2) // WHOLE_PPM).astype(numpy.int32)


def tax_benefit_system(months):
    """The system with what the rulebook said for each month."""

    def dated(value):
        return {"values": {f"{month['month']}-01": {"value": value(month)} for month in months}}

    def scale(amount):
        tiers = range(len(months[0]["tiers"]))
        brackets = [
            {
                "threshold": dated(lambda month: month["tiers"][no]["income_from"])["values"],
                "amount": dated(lambda month: month["tiers"][no][amount])["values"],
            }
            for no in tiers
        ]
        return {"brackets": brackets, "metadata": {"type": "single_amount"}}

    data = {
        "jkk": scale("rupiah"),
        "base": scale("base"),
        "jkm": dated(lambda month: month["jkm"]),
        "jht": dated(lambda month: month["jht_ppm"]),
        "payable": {
            "transport": dated(lambda month: month["payable_ppm"]["transport"]),
            "other": dated(lambda month: month["payable_ppm"]["other"]),
        },
    }
    system = TaxBenefitSystem([PERSON])
    variables = income, in_transport, government_paid, in_jht, tier, relieved, jkk, jkm, jht
    system.add_variables(*variables, contribution)
    system.parameters = ParameterNode("", data={"bpu": data})
    return system


def simulation(system, people, months):
    """A fresh simulation in which nothing but the inputs is known."""
    made = SimulationBuilder().build_default_simulation(system, count=len(people))
    incomes = numpy.ascontiguousarray(people["income"])
    for month in months:
        made.set_input("income", month["month"], incomes)
    for name, field in [
        ("in_transport", "transport"),
        ("government_paid", "government"),
        ("in_jht", "jht"),
    ]:
        made.set_input(name, "ETERNITY", numpy.ascontiguousarray(people[field]))
    return made


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        parameters = json.load(file)
    people = numpy.fromfile(sys.argv[2], dtype=RECORD)
    months = parameters["months"]
    system = tax_benefit_system(months)
    best, totals = None, None
    for _ in range(parameters["rounds"]):
        fresh = simulation(system, people, months)
        begun = time.process_time()
        totals = [
            int(fresh.calculate("contribution", month["month"]).sum(dtype=numpy.int64))
            for month in months
        ]
        seconds = time.process_time() - begun
        best = seconds if best is None else min(best, seconds)
    answer = {"version": version("openfisca-core"), "seconds": best, "totals": totals}
    print(json.dumps(answer))


main()
