/* Keeps a part of a page up to date while somebody looks at it. Without it, the page is renewed by hand. */

const EVERY = 4000;

for (const part of document.querySelectorAll("[data-live]")) {
  let shown = null;

  const renew = async () => {
    if (document.hidden || part.contains(document.activeElement)) return;
    const answer = await fetch(part.dataset.live, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) return;
    const fresh = await answer.text();
    if (shown !== null && fresh !== shown && fresh.trim()) part.innerHTML = fresh;
    shown = fresh;
  };

  setInterval(() => renew().catch(() => {}), EVERY);
}
