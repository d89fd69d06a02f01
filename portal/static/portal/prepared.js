// Where a reason is chosen, its prepared text takes the place of the last one, as long as nobody has changed it.
for (const form of document.querySelectorAll("form[data-prepared]")) {
  const texts = JSON.parse(form.querySelector("script[type='application/json']")?.textContent ?? "{}");
  const message = form.elements.message;
  const isPrepared = () => message.value.trim() === "" || Object.values(texts).includes(message.value);

  form.addEventListener("change", ({ target }) => {
    if (target.name === "reason" && target.value in texts && isPrepared()) message.value = texts[target.value];
  });
}
