// On a phone a tap beside a row's name opens what its table has no room for, in a row of its own below: copied from the
// row's other cells when it is opened, so that the page does not carry everything twice.

document.addEventListener("toggle", ({ target }) => {
  if (!(target instanceof HTMLDetailsElement) || !target.classList.contains("more")) return;
  const row = target.closest("tr");
  if (row.nextElementSibling?.classList.contains("unfolded")) row.nextElementSibling.hidden = !target.open;
  else if (target.open) row.after(unfolded(row));
}, true);

function unfolded(row) {
  const list = document.createElement("dl");
  for (const cell of row.querySelectorAll("td.rest")) {
    const pair = document.createElement("div");
    pair.append(document.createElement("dt"), document.createElement("dd"));
    pair.firstChild.textContent = cell.dataset.label ?? "";
    pair.lastChild.append(...[...cell.childNodes].map((node) => node.cloneNode(true)));
    list.append(pair);
  }
  const below = document.createElement("tr");
  below.className = "unfolded";
  below.append(document.createElement("td"));
  below.firstChild.colSpan = row.cells.length;
  below.firstChild.append(list);
  return below;
}
