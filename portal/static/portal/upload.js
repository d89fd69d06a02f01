// Sends each chosen or dropped file at once, with its progress. The form then carries only a token for each:
// <input type="hidden" name="staged">. The answer is {token, name, size}, or {error} with a status of 4xx.
const UNITS = ["bytes", "KB", "MB", "GB"];

function sizeInWords(bytes) {
  let unit = 0;
  let amount = bytes;
  while (amount >= 1024 && unit < UNITS.length - 1) {
    amount /= 1024;
    unit += 1;
  }
  const number = unit && amount < 10 ? amount.toFixed(1).replace(/\.0$/, "") : String(Math.round(amount));
  return `${number} ${UNITS[unit]}`;
}

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function say(area, words) {
  area.querySelector("[role=status]").textContent = words;
}

// The form waits for its files: its submit buttons rest while any is on its way.
function setWaiting(form) {
  const waiting = form.querySelector(".files li[data-sending]") !== null;
  for (const button of form.querySelectorAll("button[type=submit], button:not([type])")) {
    button.disabled = waiting;
  }
}

function removeButton(area, row, name, stop) {
  const button = element("button", { type: "button", className: "button quiet small", textContent: "Remove" });
  button.setAttribute("aria-label", `Remove ${name}`);
  button.addEventListener("click", () => {
    stop?.();
    row.remove();
    say(area, `${name} removed.`);
    setWaiting(area.closest("form"));
    area.querySelector("input[type=file]").focus();
  });
  return button;
}

function refuse(area, row, name, why) {
  row.querySelector("progress")?.remove();
  delete row.dataset.sending;
  row.classList.add("refused");
  row.append(element("p", { className: "error", textContent: why }));
  say(area, `${name} was not sent. ${why}`);
  setWaiting(area.closest("form"));
}

function keep(area, row, answer) {
  row.querySelector("progress")?.remove();
  delete row.dataset.sending;
  row.querySelector("bdi").textContent = answer.name;
  row.append(element("input", { type: "hidden", name: "staged", value: answer.token }));
  say(area, `${answer.name} is attached.`);
  setWaiting(area.closest("form"));
}

function answerOf(request) {
  try {
    return JSON.parse(request.responseText);
  } catch {
    return {};
  }
}

function send(area, file) {
  const form = area.closest("form");
  const request = new XMLHttpRequest();
  const progress = element("progress", { max: 100, value: 0 });
  const row = element(
    "li",
    {},
    element("span", { className: "name" }, element("bdi", { textContent: file.name })),
    element("span", { className: "soft", textContent: sizeInWords(file.size) }),
    progress,
  );
  progress.setAttribute("aria-label", `Sending ${file.name}`);
  row.append(removeButton(area, row, file.name, () => request.abort()));
  area.querySelector(".files").append(row);

  const most = Number(area.dataset.uploadEach);
  if (most && file.size > most) {
    refuse(area, row, file.name, `This file is larger than ${sizeInWords(most)}.`);
    return;
  }

  const body = new FormData();
  body.append("submission", form.elements.submission.value);
  body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  body.append("file", file);
  request.upload.addEventListener("progress", ({ loaded, total }) => (progress.value = (100 * loaded) / total));
  request.addEventListener("load", () => {
    const answer = answerOf(request);
    if (request.status < 300 && answer.token) keep(area, row, answer);
    else refuse(area, row, file.name, answer.error ?? "It could not be kept. Please try again.");
  });
  request.addEventListener("error", () =>
    refuse(area, row, file.name, "The connection broke. Please choose it again."),
  );
  request.open("POST", area.dataset.uploadUrl);
  row.dataset.sending = "";
  setWaiting(form);
  request.send(body);
}

function prepare(area) {
  const input = area.querySelector("input[type=file]");
  const drop = area.querySelector(".drop");
  input.multiple = true;
  drop.querySelector(".hint")?.append(" Drop them here, or choose.");
  const over = (on) => drop.classList.toggle("over", on);

  input.addEventListener("change", () => {
    for (const file of input.files) send(area, file);
    input.value = "";
  });
  drop.addEventListener("dragover", (event) => {
    event.preventDefault();
    over(true);
  });
  drop.addEventListener("dragleave", () => over(false));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    over(false);
    for (const file of event.dataTransfer.files) send(area, file);
  });
  for (const row of area.querySelectorAll(".files li")) {
    row.append(removeButton(area, row, row.querySelector("[data-name]").textContent));
  }
}

for (const area of document.querySelectorAll("[data-upload-url]")) prepare(area);
