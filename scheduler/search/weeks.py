"""Compiled: the cheapest legal week of everybody, through their decision diagrams.

The passes over the nodes are free of branches: a missing child is the node after a person's last, whose value is
`NO_WAY`.
"""

from __future__ import annotations

from ..native import compiled

NO_WAY = 1e18
"""The cost of what cannot be."""


@compiled
def best_seats(node_first, flow_cost, priced, first, row, weight, prices, least, best):
    """Per node (group and slot) the cheapest of its flows: its price and its number; nodes are never empty.

    `first`, `row`, `weight`: which rows a head of each flow counts in.
    """
    for node in range(len(node_first) - 1):
        lowest = NO_WAY
        for flow in range(node_first[node], node_first[node + 1]):
            price = _price(priced * flow_cost[flow], flow, first, row, weight, prices)
            if price < lowest:
                lowest = price
                best[node] = flow
        least[node] = lowest


@compiled
def _price(cost, column, first, row, weight, prices):
    """The cost of a column less what its rows pay for it."""
    price = cost * 1.0
    for k in range(first[column], first[column + 1]):
        price -= weight[k] * prices[row[k]]
    return price


@compiled
def price_positions(cost, priced, node, least, pinned_flow, flows, cells, prices, price):
    """What serving at each position costs: its own, its rows', and the best seat's (a pin's own seat)."""
    flow_cost, flow_first, flow_row, flow_weight = flows
    first, row, weight = cells
    for position in range(len(price)):
        seat = least[node[position]]
        if pinned_flow[position] >= 0:
            flow = pinned_flow[position]
            seat = _price(priced * flow_cost[flow], flow, flow_first, flow_row, flow_weight, prices)
        price[position] = _price(priced * cost[position], position, first, row, weight, prices) + seat


@compiled
def cheapest_counts(turn_count, turn_cost, turn_vacancy, priced, vacancy_price, prices, count):
    """For each row the count that is cheapest at its price; gives (the sum of what they cost, their vacancies)."""
    total = 0.0
    vacancies = 0.0
    for row in range(len(count)):
        lowest = NO_WAY
        at = 0
        for turn in range(turn_count.shape[1]):
            charge = priced * turn_cost[row, turn] + vacancy_price * turn_vacancy[row, turn]
            charge += turn_count[row, turn] * prices[row]
            if charge < lowest:
                lowest = charge
                at = turn
        total += lowest
        vacancies += turn_vacancy[row, at]
        count[row] = turn_count[row, at]
    return total, vacancies


@compiled
def take_off(serves, node, best, pinned_flow, flows, cells, count):
    """Take from each row's count what the weeks in `serves` bring it."""
    _, flow_first, flow_row, flow_weight = flows
    first, row, weight = cells
    for position in range(len(serves)):
        if serves[position]:
            flow = best[node[position]] if pinned_flow[position] < 0 else pinned_flow[position]
            for k in range(flow_first[flow], flow_first[flow + 1]):
                count[flow_row[k]] -= flow_weight[k]
            for k in range(first[position], first[position + 1]):
                count[row[k]] -= weight[k]


@compiled
def _values(low, low_cost, high, high_cost, layer, price, priced, start, nodes, positions, value):
    """The cost of the cheapest way from each of one person's nodes to the end of the week."""
    value[nodes] = NO_WAY
    value[nodes - 1] = 0.0
    for here in range(nodes - 2, -1, -1):
        at = start + here
        out = value[low[at]] + priced * low_cost[at]
        serve = value[high[at]] + priced * high_cost[at] + price[positions + layer[at]]
        value[here] = min(out, serve)


@compiled
def cheapest_weeks(
    first, low, low_cost, high, high_cost, layer, position_of, price, priced, value, serves, cheapest, charge
):  # fmt: skip
    """The cheapest legal week of everybody: what each costs, and the part of it that the person's own rows charge.

    `price` is asked for each position served; `priced` (0 or 1) says whether the charges on the arcs count; `serves`
    says at which positions they serve, and is left as it was for whoever has no legal week (`NO_WAY`).
    """
    for person in range(len(first) - 1):
        start, nodes, positions = first[person], first[person + 1] - first[person], position_of[person]
        _values(low, low_cost, high, high_cost, layer, price, priced, start, nodes, positions, value)
        cheapest[person] = value[0]
        here = 0
        charged = 0.0
        while here < nodes - 1 and value[0] < NO_WAY / 2:
            at = start + here
            out = value[low[at]] + priced * low_cost[at] <= value[here]
            serves[positions + layer[at]] = 0 if out else 1
            charged += low_cost[at] if out else high_cost[at]
            here = low[at] if out else high[at]
        charge[person] = charged


@compiled
def charges_of(first, low, low_cost, high, high_cost, layer, position_of, serves, charge):
    """What their own rows charge everybody for serving as `serves` says; `NO_WAY` where that is against the law."""
    for person in range(len(first) - 1):
        start, nodes, positions = first[person], first[person + 1] - first[person], position_of[person]
        here = 0
        charged = 0.0
        while here < nodes - 1:
            at = start + here
            out = serves[positions + layer[at]] == 0
            charged += low_cost[at] if out else high_cost[at]
            here = low[at] if out else high[at]
        charge[person] = charged if here == nodes - 1 else NO_WAY


@compiled
def near_weeks(
    first, low, low_cost, high, high_cost, layer, position_of, price, room, value, node, arc, cost, charged,
    owner, serves, charge,
):  # fmt: skip
    """Every legal week that costs at most `room` more than its person's cheapest; gives how many there are.

    They are written to `owner`, `serves` ([weeks, positions of one person]) and `charge`; when there is no room for
    all, one more than fit is given. `node`, `arc`, `cost`, `charged` are the way from the root, a layer an entry.
    """
    most = len(owner)
    found = 0
    for person in range(len(first) - 1):
        start, nodes, positions = first[person], first[person + 1] - first[person], position_of[person]
        _values(low, low_cost, high, high_cost, layer, price, 1, start, nodes, positions, value)
        if value[0] >= NO_WAY / 2:
            continue
        limit = value[0] + room
        depth = 0
        node[0], arc[0], cost[0], charged[0] = 0, 0, 0.0, 0.0
        while depth >= 0:
            here = node[depth]
            if here == nodes - 1:
                if found == most:
                    return most + 1
                for position in range(serves.shape[1]):
                    serves[found, position] = 0
                for step in range(depth):
                    serves[found, layer[start + node[step]]] = arc[step] - 1
                owner[found] = person
                charge[found] = charged[depth]
                found += 1
                depth -= 1
                continue
            if arc[depth] == 2:
                depth -= 1
                continue
            at = start + here
            out = arc[depth] == 0
            arc[depth] += 1
            child = low[at] if out else high[at]
            step_charge = low_cost[at] if out else high_cost[at]
            there = cost[depth] + step_charge + (0.0 if out else price[positions + layer[at]])
            if there + value[child] <= limit:
                depth += 1
                node[depth], arc[depth], cost[depth] = child, 0, there
                charged[depth] = charged[depth - 1] + step_charge
    return found


@compiled
def marginal_weeks(first, low, low_cost, high, high_cost, layer, position_of, price, value, reached, without, with_it):
    """For every position the cost of its person's cheapest week without it and with it."""
    for person in range(len(first) - 1):
        start, nodes, positions = first[person], first[person + 1] - first[person], position_of[person]
        for position in range(positions, position_of[person + 1]):
            without[position] = with_it[position] = NO_WAY
        _values(low, low_cost, high, high_cost, layer, price, 1, start, nodes, positions, value)
        for here in range(1, nodes + 1):
            reached[here] = NO_WAY
        reached[0] = 0.0
        for here in range(nodes - 1):
            at = start + here
            position = positions + layer[at]
            cost = reached[here] + low_cost[at]
            reached[low[at]] = min(reached[low[at]], cost)
            without[position] = min(without[position], cost + value[low[at]])
            cost = reached[here] + high_cost[at] + price[position]
            reached[high[at]] = min(reached[high[at]], cost)
            with_it[position] = min(with_it[position], cost + value[high[at]])
