// The menu beside a table closes as menus do: by Escape, after a choice, and when one turns to something else.
const open = () => document.querySelector("details.export-menu[open]");

document.addEventListener("keydown", (event) => {
  const menu = open();
  if (event.key !== "Escape" || !menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
document.addEventListener("pointerdown", (event) => {
  const menu = open();
  if (menu && !menu.contains(event.target)) menu.open = false;
});
document.addEventListener("submit", (event) => {
  const menu = event.target.closest("details.export-menu");
  if (menu) menu.open = false;
});
