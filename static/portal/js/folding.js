// On a phone a tap beside a row's name opens what its table has no room for: copied from the row's other cells, when it
// is opened, so that the page does not carry everything twice.

document.addEventListener("toggle", ({ target }) => {
  if (!(target instanceof HTMLDetailsElement) || !target.classList.contains("more") || !target.open || target.dataset.filled) return;
  const list = document.createElement("dl");
  for (const cell of target.closest("tr").querySelectorAll("td.rest")) {
    const row = document.createElement("div");
    row.append(document.createElement("dt"), document.createElement("dd"));
    row.firstChild.textContent = cell.dataset.label ?? "";
    row.lastChild.append(...[...cell.childNodes].map((node) => node.cloneNode(true)));
    list.append(row);
  }
  target.append(list);
  target.dataset.filled = "1";
}, true);
