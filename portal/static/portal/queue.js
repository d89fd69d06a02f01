// The queue by keyboard: j and k move, Enter opens, x chooses, / searches, ? shows the keys.
// Single keys disturb some people who dictate or use switches: the list of keys has a box that turns them off.
const OFF = "portal.keys.off";
const queue = document.querySelector("[data-queue]");
const help = document.querySelector("[data-keys]");
const wanted = help?.querySelector("input[type=checkbox]");

const rows = () => [...queue.querySelectorAll("tbody tr")];
const link = (row) => row?.querySelector("a.what");
const box = (row) => row?.querySelector("input[type=checkbox]");
const current = () => document.activeElement?.closest("[data-queue] tbody tr");

function move(by) {
  const all = rows();
  const at = all.indexOf(current());
  const next = at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + by));
  link(all[next])?.focus();
  all[next]?.scrollIntoView({ block: "nearest" });
}

function count() {
  const chosen = queue.querySelectorAll("tbody input[type=checkbox]:checked").length;
  for (const place of queue.querySelectorAll("[data-count]")) place.textContent = String(chosen);
  const all = queue.querySelector("input[data-all]");
  if (!all) return;
  all.checked = chosen > 0 && chosen === rows().length;
  all.indeterminate = chosen > 0 && !all.checked;
}

const keys = {
  j: () => move(1),
  k: () => move(-1),
  x: () => box(current())?.click(),
  "/": () => document.querySelector("[data-queue-search]")?.focus(),
  "?": () => help?.togglePopover(),
};

function typing(target) {
  return target.isContentEditable || target.matches("textarea, select, input:not([type=checkbox], [type=radio])");
}

document.addEventListener("keydown", (event) => {
  const action = keys[event.key];
  const modified = event.ctrlKey || event.metaKey || event.altKey;
  if (!action || modified || typing(event.target) || localStorage.getItem(OFF)) return;
  event.preventDefault();
  action();
});

queue?.addEventListener("change", ({ target }) => {
  if (target.matches("input[data-all]")) {
    for (const row of rows()) box(row).checked = target.checked;
  }
  count();
});

for (const all of queue?.querySelectorAll("input[data-all]") ?? []) all.closest(".pick").hidden = false;
if (wanted) {
  wanted.checked = !localStorage.getItem(OFF);
  wanted.addEventListener("change", () =>
    wanted.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1"),
  );
}
if (queue) count();
