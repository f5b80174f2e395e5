// What a browser finds in the report, shown in a frame of a given width: told as JSON in #said.
const frame = document.getElementById("page");
const light = (colour) => {
  const [r, g, b] = colour.slice(0, 3).map((v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
frame.addEventListener("load", () => {
  const { contentWindow: view, contentDocument: page } = frame;
  const parts = (text) => { const n = text.match(/[\d.]+/g).map(Number); return n.length < 4 ? [...n, 1] : n; };
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const colour = parts(view.getComputedStyle(e).backgroundColor);
      if (colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const said = { page: page.documentElement.scrollWidth, frame: view.innerWidth, contrast: 99 };
  said.contents = page.querySelector(".contents details").open;
  said.sticky = view.getComputedStyle(page.querySelector(".contents")).position === "sticky";
  const texts = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.textContent.trim() || /SCRIPT|STYLE/.test(element.tagName)) continue;
    const [dark, bright] = [light(parts(view.getComputedStyle(element).color)), light(behind(element))].sort((a, b) => a - b);
    said.contrast = Math.min(said.contrast, (bright + 0.05) / (dark + 0.05));
  }
  said.figures = [...page.querySelectorAll(".plot > svg:first-child")].map((svg) => svg.getBoundingClientRect().width);
  const told = page.getElementById("told");
  const press = (layer, key) => layer.dispatchEvent(new view.KeyboardEvent("keydown", { key, bubbles: true }));
  said.keys = [];
  said.pointed = [];
  for (const layer of page.querySelectorAll(".spots")) {
    layer.focus();
    press(layer, "ArrowRight");
    press(layer, "ArrowRight");
    said.keys.push(page.activeElement === layer ? told.textContent : "not reached");
    press(layer, "Escape");
    const spot = layer.children[Math.floor(layer.children.length / 2)];
    spot.scrollIntoView({ block: "center", inline: "center" });
    const box = spot.getBoundingClientRect();
    const hit = page.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    hit?.dispatchEvent(new view.PointerEvent("pointerdown", { bubbles: true, pointerType: "touch" }));
    const tip = told.getBoundingClientRect();
    said.pointed.push([told.textContent, tip.left >= 0 && tip.right <= view.innerWidth]);
  }
  document.getElementById("said").textContent = JSON.stringify(said);
});
