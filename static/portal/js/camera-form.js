// The form of a camera: takes a pasted account out of an address, and has the address judged as one leaves its field.

const isAddress = (field) => field.name.endsWith("address");

/** Moves user:password@ into their fields, where these hold nothing else: an address may then be refused without loss. */
function takeAccount(form, field) {
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

async function judge(form, field) {
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

// On the document: a form that comes back from the server is another one.
document.addEventListener("change", ({ target }) => {
  const form = target.form;
  if (!form?.hasAttribute("data-check") || !isAddress(target)) return;
  takeAccount(form, target);
  judge(form, target);
}, { capture: true });
document.querySelector("form[data-check] [aria-invalid=true]")?.focus();
