// Keeps relative times true while a page stays open, and adds the reader's own clock where its zone is another.
// The words are those of portal/moments.py, for the distances that change within a day.
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const span = (apart) =>
  apart < 1.5 * HOUR
    ? `${Math.max(1, Math.floor(apart / MINUTE))} min`
    : `${Math.floor(apart / HOUR)} h`;

function words(at, now, deadline) {
  const ahead = at > now;
  const apart = Math.abs(at - now);
  if (apart >= DAY) return null;
  if (apart < MINUTE) {
    if (deadline) return ahead ? "due in a moment" : "due now";
    return ahead ? "in a moment" : "just now";
  }
  if (deadline) return ahead ? `due in ${span(apart)}` : `${span(apart)} overdue`;
  return ahead ? `in ${span(apart)}` : `${span(apart)} ago`;
}

function refresh() {
  for (const time of document.querySelectorAll("time[data-relative]")) {
    const said = words(new Date(time.dateTime), Date.now(), time.dataset.relative === "deadline");
    const place = time.querySelector(".words");
    if (said && place && place.textContent !== said) place.textContent = said;
  }
}

const own = new Intl.DateTimeFormat("en-GB", {
  weekday: "long",
  day: "numeric",
  month: "long",
  hour: "2-digit",
  minute: "2-digit",
});

// "18:00" of the reader equals the page's when both zones agree at that moment.
function addOwnClock(time) {
  const exact = time.querySelector(".exact");
  if (!exact || exact.dataset.own) return;
  exact.dataset.own = "said";
  const at = new Date(time.dateTime);
  const offset = /([+-])(\d\d):(\d\d)$/.exec(time.getAttribute("datetime"));
  const minutes = offset ? Number(`${offset[1]}1`) * (Number(offset[2]) * 60 + Number(offset[3])) : 0;
  if (-at.getTimezoneOffset() === minutes) return;
  exact.append(document.createElement("br"), `${own.format(at)} where you are`);
}

for (const kind of ["pointerover", "focusin"]) {
  document.addEventListener(kind, ({ target }) => {
    const time = target.closest?.("time.moment");
    if (!time) return;
    time.classList.remove("dismissed");
    addOwnClock(time);
  });
}

document.addEventListener("keydown", ({ key }) => {
  if (key !== "Escape") return;
  for (const time of document.querySelectorAll("time.moment:is(:hover, :focus-within)")) {
    time.classList.add("dismissed");
  }
});

refresh();
setInterval(refresh, 30_000);
