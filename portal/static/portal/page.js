// What every page has: the person's menu closes by Escape and by a click elsewhere; signing out forgets drafts.
document.addEventListener("keydown", ({ key }) => {
  const menu = document.querySelector("details.menu[open]");
  if (key !== "Escape" || !menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

document.addEventListener("click", ({ target }) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(target)) menu.open = false;
  }
});

document.addEventListener("submit", ({ target }) => {
  if (target.matches("form[data-forget]")) sessionStorage.clear();
});
