// Files that are too large are told of when they are chosen: a weak line would carry them for an hour, to be refused.

document.addEventListener("change", ({ target }) => {
  if (!target.dataset.mostBytes) return;
  for (const said of target.parentElement.querySelectorAll(".errorlist")) said.remove();
  const large = [...target.files].filter((file) => file.size > Number(target.dataset.mostBytes));
  if (!large.length) return;
  const said = document.createElement("ul");
  said.className = "errorlist";
  said.setAttribute("role", "alert");
  for (const file of large) {
    const line = document.createElement("li");
    line.textContent = target.dataset.tooLarge.replace("{name}", file.name);
    said.append(line);
  }
  target.after(said);
  target.value = "";
});
