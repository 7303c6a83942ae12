// A slider for each item; what is moved goes back as {name: value}. A lever left alone stands at its
// default and is not in there.

const shown = (value) => String(Number.isInteger(+value) ? +value : +(+value).toPrecision(3)).replace("-", "−");

function made(kind, attributes, ...children) {
  const element = document.createElement(kind);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function lever(model, item) {
  const label = made("label", { for: item.name }, item.about);
  const value = made("b", { class: "value", "aria-hidden": "true" });
  const undo = made("button", { type: "button", class: "undo", "aria-label": `Reset ${item.name}` }, "↺");
  const slider = made("input", {
    type: "range", id: item.name, min: item.low, max: item.high, step: item.step,
    "aria-describedby": `about-${item.name}`,
  });
  const mark = made("i", { class: "default", style: `--at: ${(item.default - item.low) / (item.high - item.low)}` });
  const small = made("div", { class: "small" },
    made("span", {}, shown(item.low)), made("span", {}, made("code", {}, item.name), ["", "0-1"].includes(item.unit) ? "" : `, ${item.unit}`), made("span", {}, shown(item.high)));
  const tip = made("div", { class: "tip", role: "tooltip", id: `about-${item.name}` },
    made("b", {}, item.name), ...item.tip.map((line) => made("p", {}, line)));
  const box = made("div", { class: "lever" },
    made("div", { class: "head" }, label, undo, value), made("div", { class: "track" }, slider, mark), small, tip);

  box.addEventListener("keydown", (event) => event.key === "Escape" && box.classList.add("quiet"));
  box.addEventListener("mouseleave", () => box.classList.remove("quiet"));
  slider.addEventListener("input", () => { model.moved = { ...model.moved, [item.name]: +slider.value }; follow(); });
  undo.addEventListener("click", () => {
    const { [item.name]: gone, ...rest } = model.moved;
    model.moved = rest;
    follow();
    slider.focus();
  });

  const follow = () => {
    const moved = item.name in model.moved;
    const now = moved ? model.moved[item.name] : item.default;
    if (+slider.value !== +now) slider.value = now;
    box.classList.toggle("moved", moved);
    undo.hidden = !moved;
    value.textContent = shown(now);
    slider.setAttribute("aria-valuetext", moved ? `${shown(now)} ${item.unit}` : `default: ${item.left_alone}`);
    slider.style.setProperty("--at", (now - item.low) / (item.high - item.low));
  };
  follow();
  return { box, follow };
}

export function render({ model }) {
  const list = made("div", { class: "levers" });
  let levers = [];
  const draw = () => {
    levers = model.items.map((item) => lever(model, item));
    list.replaceChildren(...levers.map((each) => each.box));
  };
  model.on("items", draw);
  model.on("moved", () => levers.forEach((each) => each.follow()));
  draw();
  return list;
}
