// Rows within a form: adds one without a round trip, and shows what the lines of an estimate come to.

for (const button of document.querySelectorAll("[data-add]")) {
  const prefix = button.dataset.add;
  const list = document.querySelector(`[data-rows="${prefix}"]`);
  const count = document.querySelector(`[name="${prefix}-rows"]`);
  button.addEventListener("click", (event) => {
    event.preventDefault();
    const blank = document.getElementById(`${prefix}-blank`).innerHTML;
    list.insertAdjacentHTML("beforeend", blank.replaceAll("__n__", count.value));
    count.value = Number(count.value) + 1;
    list.lastElementChild.querySelector("select, input:not([type=hidden])").focus();
  });
}

for (const part of document.querySelectorAll("[data-sum-of]")) {
  const whole = (field) => Number(field?.value.replace(/\D/g, "") ?? 0);
  const show = () => {
    const rows = [...part.querySelectorAll(".row-line")];
    const amounts = rows.map((row) => whole(row.querySelector("[name$=-quantity]")) * whole(row.querySelector("[name$=-unit_price]")));
    const sum = amounts.reduce((all, amount) => all + amount, 0);
    part.querySelector("[data-sum]").textContent = sum.toLocaleString(document.documentElement.lang);
    part.querySelector(".sum").hidden = !sum;
  };
  part.addEventListener("input", show);
  show();
}
