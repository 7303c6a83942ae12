// Medians and 5-95 % of worlds of the powers' shares, of a scenario and state that are chosen.
{
  const box = document.getElementById("explore"), data = JSON.parse(document.getElementById("shares").textContent);
  const [scenario, state] = box.querySelectorAll("select"), svg = box.querySelector("svg"), said = box.querySelector("output");
  const [WIDE, HIGH, LEFT, RIGHT, LOW] = [880, 360, 44, 110, 28];
  const { time, powers, colours } = data, last = time.length - 1;
  const x = (at) => LEFT + (WIDE - LEFT - RIGHT) * (time[at] - time[0]) / (time[last] - time[0] || 1);
  const drawn = (kind, attributes, text = "") => {
    const found = document.createElementNS(svg.namespaceURI, kind);
    for (const [name, value] of Object.entries(attributes)) found.setAttribute(name, value);
    found.textContent = text;
    svg.append(found);
    return found;
  };
  for (const title of Object.keys(data.shown)) scenario.add(new Option(title));
  for (const [code, name] of Object.entries(data.states)) state.add(new Option(name, code));
  let mark, shares;
  const point = (at) => {
    mark.setAttribute("d", `M${x(at)} 8V${HIGH - LOW}`);
    const told = shares.map(([low, middle, high], n) => middle[at] < 0 ? "" : `${powers[n]} ${middle[at].toFixed(1)} (${low[at].toFixed(1)} to ${high[at].toFixed(1)})`);
    said.textContent = `End of ${Math.floor(time[at])}${time[at] % 1 > 0.7 ? "" : ", quarter " + (Math.round(time[at] % 1 * 4) + 1)}: ${told.filter(Boolean).join(", ")}`;
  };
  const draw = () => {
    shares = data.shown[scenario.value][state.value];
    const top = Math.ceil(Math.max(...shares.flatMap(([, , high]) => high)) / 10) * 10 || 10;
    const y = (value) => HIGH - LOW - (HIGH - LOW - 8) * Math.max(value, 0) / top;
    const path = (values) => values.map((value, at) => value < 0 ? "" : `${x(at).toFixed(1)} ${y(value).toFixed(1)}`).filter(Boolean);
    svg.replaceChildren();
    for (let value = 0; value <= top; value += 10) {
      drawn("path", { d: `M${LEFT} ${y(value)}H${WIDE - RIGHT}`, stroke: "#ddd" });
      drawn("text", { x: LEFT - 8, y: y(value) + 4, "text-anchor": "end" }, value);
    }
    time.forEach((year, at) => Math.floor(year) % 5 === 0 && Math.floor(time[at - 1]) !== Math.floor(year) &&
      drawn("text", { x: x(at), y: HIGH - 8, "text-anchor": "middle" }, Math.floor(year)));
    let free = HIGH;
    shares.forEach(([low, , high], n) => drawn("polygon", { points: [...path(high), ...path(low).reverse()].join(" "), fill: colours[n], opacity: 0.15 }));
    shares.forEach(([, middle], n) => drawn("polyline", { points: path(middle).join(" "), fill: "none", stroke: colours[n], "stroke-width": 2.2 }));
    for (const n of [...powers.keys()].sort((a, b) => shares[a][1][last] - shares[b][1][last])) {
      free = Math.min(y(shares[n][1][last]) + 4, free - 15);
      drawn("text", { x: WIDE - RIGHT + 6, y: free, fill: colours[n], "font-weight": 600 }, `${powers[n]} ${shares[n][1][last].toFixed(1)}`);
    }
    mark = drawn("path", { stroke: "#555", "stroke-dasharray": "3 3" });
    svg.setAttribute("aria-label", `Shares of influence in ${data.states[state.value]} under ${scenario.value}`);
    point(last);
  };
  svg.addEventListener("pointermove", (event) => {
    const across = event.offsetX * WIDE / svg.clientWidth;
    point(time.reduce((best, _, at) => Math.abs(x(at) - across) < Math.abs(x(best) - across) ? at : best, 0));
  });
  for (const each of [scenario, state]) each.addEventListener("change", draw);
  box.hidden = false;
  draw();
}
