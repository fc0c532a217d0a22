// Registering cameras one after the other: the page stays, the new camera appears on it with its live test, and the next
// form has the last one's account, which only this page remembers.

const list = document.querySelector(".camera-tests");

async function takeIn(form) {
  const { username, password } = form.elements;
  const account = [username.value, password.value];
  const answer = await fetch(location.pathname);
  // Registered it is; what the list looks like is shown by loading the page.
  if (!answer.ok || answer.redirected) return location.assign(location.pathname);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("register");
  form.replaceWith(fresh);
  [fresh.elements.username.value, fresh.elements.password.value] = account;
  fresh.dispatchEvent(new Event("draft:added", { bubbles: true }));
  for (const row of [...page.querySelectorAll(".camera-test")].reverse()) {
    if (document.getElementById(row.id)) continue;
    list.prepend(row);
    row.querySelector(".tile")?.dispatchEvent(new Event("tile:added", { bubbles: true }));
    row.scrollIntoView({ block: "nearest" });
  }
  for (const id of ["messages", "onward", "count", "none-yet", "poll"]) document.getElementById(id).replaceWith(page.getElementById(id));
  htmx.process(document.getElementById("poll"));
  document.querySelector(".onward-next")?.scrollIntoView({ block: "nearest" });
  fresh.elements.zone.focus({ preventScroll: true });
}

document.addEventListener("draft:saved", (event) => {
  if (event.target.id !== "register") return;
  event.preventDefault();
  takeIn(event.target).catch(() => location.assign(location.pathname));
});
