// Loaded by pages with such a form. Keeps what is typed into <form data-keep="name"> for this tab alone, until the page after a success says
// <… data-kept="name">. A form that the server sent back filled is left as it is.
const PREFIX = "portal.keep.";
const KEPT = "input[type=text], input[type=email], input[type=url], input:not([type]), textarea";

const fields = (form) => [...form.querySelectorAll(KEPT)].filter((field) => field.name && !field.closest(".pot"));

function save(form) {
  const typed = fields(form).filter((field) => field.value !== field.defaultValue);
  const texts = Object.fromEntries(typed.map((field) => [field.name, field.value]));
  try {
    sessionStorage.setItem(PREFIX + form.dataset.keep, JSON.stringify(texts));
  } catch {
    // No room or no permission: the form works without.
  }
}

function restore(form) {
  const texts = JSON.parse(sessionStorage.getItem(PREFIX + form.dataset.keep) ?? "{}");
  const untouched = fields(form).every((field) => field.value === "" || !(field.name in texts));
  if (!untouched) return;
  for (const field of fields(form)) {
    if (field.name in texts) field.value = texts[field.name];
  }
}

for (const done of document.querySelectorAll("[data-kept]")) sessionStorage.removeItem(PREFIX + done.dataset.kept);

for (const form of document.querySelectorAll("form[data-keep]")) {
  restore(form);
  let timer = 0;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(save, 400, form);
  });
}
