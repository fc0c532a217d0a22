// The form of a camera: takes a pasted account out of an address, has the address judged as one leaves its field, and
// keeps on this device what was typed, all but the password, until it is saved.

const form = document.querySelector("form[data-draft]");
const SENT = "draft sent";
const KEPT_MS = 7 * 24 * 3600 * 1000;
// Neither secrets nor what must be meant anew.
const NOT_KEPT = new Set(["csrfmiddlewaretoken", "password", "remove_password"]);
const isAddress = (field) => field.name.endsWith("address");

/** Moves user:password@ into their fields, where these hold nothing else: an address may then be refused without loss. */
function takeAccount(field) {
  const [, scheme, account, rest] = /^(\w+:\/\/)([^/?#]*)@(.*)$/.exec(field.value.trim()) ?? [];
  if (!account) return;
  const { username, password } = form.elements;
  try {
    const [, name, secret] = /^([^:]*):?(.*)$/.exec(account).map(decodeURIComponent);
    if ((username.value && username.value !== name) || (password.value && password.value !== secret)) return;
    field.value = scheme + rest;
    username.value = name;
    if (secret) password.value = secret;
  } catch {
    // It holds a bare "%": the server says how to write that.
  }
}

async function judge(field) {
  const body = new URLSearchParams({ address: field.value, csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value });
  const asked = field.value;
  const answer = asked && (await fetch(form.dataset.check, { method: "POST", body }).catch(() => null));
  if ((asked && (!answer?.ok || answer.redirected)) || field.value !== asked) return;
  const problem = asked ? await answer.text() : "";
  const id = `${field.id}_error`;
  document.getElementById(id)?.remove();
  field.removeAttribute("aria-invalid");
  if (!problem) return;
  field.setAttribute("aria-invalid", "true");
  field.insertAdjacentHTML("afterend", `<ul class="errorlist" id="${id}" role="alert"><li></li></ul>`);
  document.getElementById(id).firstElementChild.textContent = problem;
}

function keep(key) {
  const fields = [...form.elements].filter((field) => field.name && !NOT_KEPT.has(field.name));
  const told = fields.filter((field) => !(isAddress(field) && field.value.includes("@")));
  const values = told.map((field) => [field.name, field.type === "checkbox" ? field.checked : field.value]);
  localStorage.setItem(key, JSON.stringify({ at: Date.now(), values }));
}

function bringBack(key) {
  const draft = JSON.parse(localStorage.getItem(key));
  if (!draft || Date.now() - draft.at > KEPT_MS) {
    localStorage.removeItem(key);
    return;
  }
  for (const [name, value] of draft.values) {
    const field = form.elements[name];
    if (field) field[field.type === "checkbox" ? "checked" : "value"] = value;
  }
  document.getElementById("draft").hidden = false;
}

if (form) {
  const key = `draft ${form.dataset.draft} ${location.pathname}${location.search}`;
  if (!form.hasAttribute("data-answered")) bringBack(key);
  form.querySelector("[aria-invalid=true]")?.focus();
  form.addEventListener("change", ({ target }) => {
    if (isAddress(target)) {
      takeAccount(target);
      judge(target);
    }
    keep(key);
  });
  form.addEventListener("input", () => keep(key));
  form.addEventListener("submit", () => sessionStorage.setItem(SENT, key));
  for (const leave of document.querySelectorAll("[data-forget]")) leave.addEventListener("click", () => localStorage.removeItem(key));
} else {
  // The page of a camera that was just saved: what was sent has arrived.
  localStorage.removeItem(sessionStorage.getItem(SENT));
  sessionStorage.removeItem(SENT);
}
