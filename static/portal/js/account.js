// What goes wrong with a passkey is said on the page, not in a console that nobody reads.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const problem = document.getElementById("passkey_problem");
  if (problem) problem.hidden = false;
});
document.getElementById("print")?.addEventListener("click", () => window.print());
