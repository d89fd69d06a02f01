// Shows the button of a copy field, copies the field's value and says so.
const SAID_FOR = 2_000;

for (const button of document.querySelectorAll("button[data-copy]")) button.hidden = false;

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("button[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  const word = button.querySelector("[role=status]");
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    word.textContent = "Copied";
  } catch {
    word.textContent = "Press Ctrl+C";
  }
  setTimeout(() => (word.textContent = "Copy"), SAID_FOR);
});
