// Rows within a form: added and taken out without a round trip, and what the lines of an estimate come to. It listens at
// the page, for draft.js puts another form in the place of one that was refused.

const listOf = (prefix) => document.querySelector(`[data-rows="${prefix}"]`);
const copyOf = (attribute, prefix) => document.querySelector(`template[${attribute}="${prefix}"]`).innerHTML;

function add(prefix) {
  const list = listOf(prefix);
  const count = document.querySelector(`[name="${prefix}-rows"]`);
  list.insertAdjacentHTML("beforeend", copyOf("data-blank", prefix).replaceAll("__n__", count.value));
  count.value = Number(count.value) + 1;
  return list.lastElementChild;
}

const isEmpty = (row) => [...row.querySelectorAll("select, input:not([type=hidden])")].every((field) => !field.value);

/** Told as if it were typed: the draft is kept, and sums are shown. */
const changed = (list) => list.dispatchEvent(new Event("input", { bubbles: true }));

/** What is disabled is not sent: the rows keep their numbers, and one can be put back. */
function takeOut(row) {
  const list = row.closest("[data-rows]");
  const fields = row.querySelector("fieldset");
  const next = row.nextElementSibling ?? row.previousElementSibling;
  if (isEmpty(row)) {
    row.remove();
    (next?.querySelector("select, input:not([type=hidden])") ?? document.querySelector(`[data-add="${list.dataset.rows}"]`)).focus();
  } else {
    fields.disabled = fields.hidden = true;
    row.insertAdjacentHTML("beforeend", copyOf("data-taken-out", list.dataset.rows));
    row.querySelector("[data-undo]").focus();
  }
  changed(list);
}

function putBack(row) {
  const fields = row.querySelector("fieldset");
  fields.disabled = fields.hidden = false;
  row.querySelector(".row-out").remove();
  row.querySelector("[data-take-out]").focus();
  changed(row.closest("[data-rows]"));
}

function showSums() {
  const whole = (field) => Number(field.value.replace(/\D/g, ""));
  for (const part of document.querySelectorAll("[data-sum-of]")) {
    const rows = [...part.querySelectorAll("fieldset.entry:enabled")];
    const amounts = rows.map((row) => whole(row.querySelector("[name$=-quantity]")) * whole(row.querySelector("[name$=-unit_price]")));
    const sum = amounts.reduce((all, amount) => all + amount, 0);
    part.querySelector("[data-sum]").textContent = sum.toLocaleString(document.documentElement.lang);
    part.querySelector(".sum").hidden = !sum;
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-add], [data-take-out], [data-undo]");
  if (!button) return;
  if (button.dataset.add) {
    add(button.dataset.add).querySelector("select, input:not([type=hidden])").focus();
    return;
  }
  (button.matches("[data-undo]") ? putBack : takeOut)(button.closest(".row-of"));
});
document.addEventListener("input", showSums);
// A draft may hold rows that were added.
document.addEventListener("draft:back", ({ target, detail }) => {
  for (const { dataset } of target.querySelectorAll("[data-rows]")) {
    const numbers = Object.keys(detail).map((name) => Number(name.match(`^${dataset.rows}-(\\d+)-`)?.[1] ?? -1));
    while (Number(target.querySelector(`[name="${dataset.rows}-rows"]`).value) <= Math.max(...numbers)) add(dataset.rows);
  }
});

/** With a script the button sends nothing, and the Enter key sends the report, not the question for one more row. */
function prepare() {
  for (const button of document.querySelectorAll("[data-add]")) button.type = "button";
  showSums();
}

document.addEventListener("draft:tended", prepare);
prepare();
