"""Draws regions/maps/*.tsv out of TopoJSON (needs Python 3 alone).

usage: make.py FOLDER   with idn-regencies, idn-districts and seed-villages-districts .topojson in it

Borders are simplified where they are shared, so that neighbours stay neighbours (Visvalingam), and
rounded; each line then holds one region: its code, and its outline as a path of whole numbers, in
units of a thousandth (villages: a ten-thousandth) of a degree, eastwards and southwards.
"""
import heapq
import json
import sys


def arcs_of(topology, unit):
    sx, sy = topology["transform"]["scale"]
    tx, ty = topology["transform"]["translate"]
    out = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x += dx
            y += dy
            points.append(((x * sx + tx) / unit, -(y * sy + ty) / unit))
        out.append(points)
    return out


def simplified(points, least):
    """Visvalingam-Whyatt: points whose triangle is smaller than `least` go, the smallest first."""
    count = len(points)
    if count < 5:
        return points
    before = list(range(-1, count - 1))
    after = list(range(1, count + 1))
    gone = [False] * count

    def area(at):
        (ax, ay), (bx, by), (cx, cy) = points[before[at]], points[at], points[after[at]]
        return abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)) / 2

    heap = [(area(at), at) for at in range(1, count - 1)]
    areas = {at: size for size, at in heap}
    heapq.heapify(heap)
    left = count
    while heap and left > 4:
        size, at = heapq.heappop(heap)
        if gone[at] or areas[at] != size:
            continue
        if size >= least:
            break
        gone[at] = True
        left -= 1
        b, a = before[at], after[at]
        after[b], before[a] = a, b
        for other in (b, a):
            if 0 < other < count - 1:
                areas[other] = max(area(other), size)
                heapq.heappush(heap, (areas[other], other))
    return [point for at, point in enumerate(points) if not gone[at]]


def ring(arcs, numbers):
    points = []
    for number in numbers:
        own = arcs[number] if number >= 0 else arcs[~number][::-1]
        points += own if not points else own[1:]
    return points


def path(rings):
    out = []
    for points in rings:
        whole = []
        for x, y in points:
            point = (round(x), round(y))
            if not whole or whole[-1] != point:
                whole.append(point)
        if len(whole) > 1 and whole[0] == whole[-1]:
            whole.pop()
        if len(whole) < 3:
            continue
        steps = [f"{b[0] - a[0]},{b[1] - a[1]}" for a, b in zip(whole, whole[1:])]
        out.append((len(whole), f"M{whole[0][0]},{whole[0][1]}l" + " ".join(steps) + "z"))
    if not out:
        # Smaller than a unit: a mark where it is.
        x, y = (round(value) for value in rings[0][0])
        return f"M{x},{y}l1,0 0,1z"
    # Islets of three points beside larger land only cost room.
    large = [text for count, text in out if count > 4]
    return "".join(large or [max(out)[1]])


def lines(topology, name, key, unit, least):
    arcs = [simplified(points, least) for points in arcs_of(topology, unit)]
    for shape in topology["objects"][name]["geometries"]:
        if shape.get("type") not in ("Polygon", "MultiPolygon"):
            continue
        polygons = [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]
        text = path([ring(arcs, numbers) for polygon in polygons for numbers in polygon])
        yield shape["properties"][key], text


def write(name, found):
    with open(name, "w", newline="\n") as file:
        for code, text in sorted(found):
            file.write(f"{code}\t{text}\n")


folder = sys.argv[1]
read = lambda name: json.load(open(f"{folder}/{name}.topojson"))
regencies = read("idn-regencies")
write("provinces.tsv", lines(regencies, "provinces", "prov", 0.001, 900))
write("regencies.tsv", lines(regencies, "regencies", "code", 0.001, 120))
districts = list(lines(read("idn-districts"), "districts", "code", 0.001, 12))
write("districts_west.tsv", [one for one in districts if one[0] < "50"])
write("districts_east.tsv", [one for one in districts if one[0] > "50"])
write("villages.tsv", lines(read("seed-villages-districts"), "villages", "code", 0.0001, 60))
