// Tick all boxes of a form at once; on forms that come in later too.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-tick-all]");
  if (!button) return;
  const boxes = [...button.form.querySelectorAll("input[type=checkbox]")];
  const all = boxes.every((box) => box.checked);
  for (const box of boxes) box.checked = !all;
});
const show = () => document.querySelectorAll("[data-tick-all]").forEach((button) => { button.hidden = false; });
document.addEventListener("htmx:afterSwap", show);
show();
