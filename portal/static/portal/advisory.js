// Keeps the preview beside each text of an advisory up to date. The server renders; without this a button does it.
const PAUSE = 400;

async function show(preview, text) {
  const form = text.form;
  const body = new URLSearchParams({ text: text.value });
  const headers = { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value };
  const answer = await fetch(preview.dataset.previewUrl, { method: "POST", body, headers });
  if (!answer.ok) throw new Error(String(answer.status));
  const rendered = await answer.text();
  if (text.value === body.get("text")) preview.innerHTML = rendered;
}

for (const preview of document.querySelectorAll("[data-preview-of]")) {
  const text = document.getElementById(preview.dataset.previewOf);
  let timer = 0;
  text.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      show(preview, text).catch(() => {
        preview.textContent = "The preview could not be made just now. Your text is safe: go on writing.";
      });
    }, PAUSE);
  });
}

// Leaving with something typed and not saved asks first.
const form = document.getElementById("advisory");
let isTyped = false;
form.addEventListener("input", () => {
  isTyped = true;
});
form.addEventListener("submit", () => {
  isTyped = false;
});
addEventListener("beforeunload", (event) => {
  if (isTyped) event.preventDefault();
});
