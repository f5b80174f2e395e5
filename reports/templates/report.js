// The list of contents is folded on a narrow screen, and everything is unfolded for print.
const wide = matchMedia("(min-width: 62rem)");
const contents = document.querySelector(".contents details");
const fold = () => { contents.open = wide.matches; };
fold();
wide.addEventListener("change", fold);
let unfolded = [];
addEventListener("beforeprint", () => {
  unfolded = [...document.querySelectorAll("details:not([open])")];
  unfolded.forEach((one) => { one.open = true; });
});
addEventListener("afterprint", () => unfolded.forEach((one) => { one.open = false; }));

// Places of the figures say what they stand for: to a mouse, a finger, and the arrow keys.
const told = document.getElementById("told");
const words = new Map();
let current = null;
const follow = () => {
  if (!current) return;
  const at = current.getBoundingClientRect();
  const box = told.getBoundingClientRect();
  const left = Math.min(at.left, innerWidth - box.width - 4);
  const above = at.top - box.height - 8;
  told.style.left = `${Math.max(left, 4)}px`;
  told.style.top = `${above > 4 ? above : at.bottom + 8}px`;
};
const tell = (spot) => {
  current?.classList.remove("on");
  spot?.classList.add("on");
  current = spot;
  told.textContent = spot ? words.get(spot) : "";
  follow();
};
for (const layer of document.querySelectorAll(".spots")) {
  const spots = [...layer.children];
  for (const spot of spots) {
    words.set(spot, spot.textContent);
    spot.replaceChildren();
  }
  layer.removeAttribute("aria-hidden");
  layer.setAttribute("tabindex", "0");
  layer.setAttribute("role", "group");
  layer.setAttribute("aria-label", `Values of ${layer.dataset.name}; the arrow keys go from one to the next`);
  for (const kind of ["pointerover", "pointerdown"]) {
    layer.addEventListener(kind, (event) => tell(words.has(event.target) ? event.target : null));
  }
  layer.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse") tell(null); });
  layer.addEventListener("blur", () => tell(null));
  layer.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = spots.indexOf(current) + (current ? step : step > 0 ? 1 : 0);
    tell(spots[(next + spots.length) % spots.length]);
    current.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
}
addEventListener("keydown", (event) => { if (event.key === "Escape") tell(null); });
addEventListener("scroll", follow, { capture: true, passive: true });
