// The menu closes as menus do: by Escape, and when one turns to something else.
const menu = document.querySelector("details.menu");

menu?.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !menu.open) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
menu?.addEventListener("focusout", (event) => {
  if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
});
document.addEventListener("pointerdown", (event) => {
  if (menu && !menu.contains(event.target)) menu.open = false;
});
