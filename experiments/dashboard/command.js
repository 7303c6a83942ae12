// A command in full and a button that copies it, and says so.

export function render({ model }) {
  const text = document.createElement("pre");
  text.tabIndex = 0;
  text.setAttribute("aria-label", "Command");
  const button = document.createElement("button");
  button.type = "button";
  const show = () => { text.textContent = model.text; button.textContent = "Copy"; };
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(model.text);
      button.textContent = "Copied";
    } catch {  // a browser may forbid it: then the text is marked, to be copied by hand
      getSelection().selectAllChildren(text);
      button.textContent = "Marked: press Ctrl-C";
    }
  });
  model.on("text", show);
  show();
  const box = document.createElement("div");
  box.append(text, button);
  return box;
}
