// Write and Preview above a Markdown field. The server renders; this only sends the text and swaps what is seen.
for (const bar of document.querySelectorAll("[data-editor] .switch")) bar.hidden = false;

function show(editor, preview) {
  editor.querySelector("textarea").hidden = preview;
  editor.querySelector(".preview").hidden = !preview;
  editor.querySelector("[data-write]").setAttribute("aria-pressed", String(!preview));
  editor.querySelector("[data-preview]").setAttribute("aria-pressed", String(preview));
}

document.addEventListener("click", ({ target }) => {
  const write = target.closest("[data-write]");
  if (!write) return;
  const editor = write.closest("[data-editor]");
  show(editor, false);
  editor.querySelector("textarea").focus();
});

document.addEventListener("htmx:configRequest", ({ target, detail }) => {
  const editor = target.closest("[data-preview]")?.closest("[data-editor]");
  if (!editor) return;
  const token = editor.closest("form").elements.csrfmiddlewaretoken;
  detail.parameters.append("text", editor.querySelector("textarea").value);
  if (token) detail.headers["X-CSRFToken"] = token.value;
  show(editor, true);
});

// A field that the browser or the server finds wrong must be seen to be mended.
document.addEventListener(
  "invalid",
  ({ target }) => {
    const editor = target.closest("[data-editor]");
    if (editor) show(editor, false);
  },
  true,
);

for (const kind of ["htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(kind, ({ target }) => {
    const editor = target.closest("[data-editor]");
    if (editor) {
      editor.querySelector(".preview").textContent =
        "The preview could not be made just now. Your text is safe: go on writing.";
    }
  });
}
