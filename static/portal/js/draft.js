// Forms with data-draft: what is typed is kept on this device, all but secrets and files, until it has arrived; and they
// are sent without leaving the page, so that a line that is down loses nothing.

const notices = document.getElementById("draft-notices");
const KEPT_MS = 7 * 24 * 3600 * 1000;
const HOLDS_ACCOUNT = /:\/\/[^/]*@/;
// Where somebody is led whose session has ended: nothing was taken from them yet.
const LOGGING_IN = /^\/(login|account)\//;
// What has no files and no answer by then will get none.
const PATIENCE_MS = 45_000;
// What is sent again while the server still has it in hand waits so long.
const IN_HAND_MS = 2000;
// What a form sent last without an answer, and under which name: the same is sent under it again, so that what has
// arrived is not done twice; anything else has another name.
const lost = new WeakMap();

const isKept = (field) =>
  field.name && field.name !== "csrfmiddlewaretoken" && !["password", "file", "submit", "button"].includes(field.type) &&
  !field.hasAttribute("data-not-kept") && !field.matches(":disabled");
const keyOf = (form) => `draft ${notices.dataset.user} ${form.dataset.draft} ${location.pathname}${location.search}`;

/** Each kept field with its name and its place among those of that name. */
function* kept(form) {
  const seen = {};
  for (const field of form.elements) {
    if (!isKept(field)) continue;
    const place = (seen[field.name] = (seen[field.name] ?? -1) + 1);
    yield [field, `${field.name} ${place}`];
  }
}

function valueOf(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked;
  if (field.type === "select-multiple") return [...field.selectedOptions].map((option) => option.value);
  return field.value;
}

function setValue(field, value) {
  if (field.type === "checkbox" || field.type === "radio") field.checked = value;
  else if (field.type === "select-multiple") for (const option of field.options) option.selected = value.includes(option.value);
  else field.value = value;
}

/** A device without room, or that keeps nothing, must not stop the form. */
function store(form) {
  const told = [...kept(form)].filter(([field]) => !HOLDS_ACCOUNT.test(field.value));
  const values = Object.fromEntries(told.map(([field, place]) => [place, valueOf(field)]));
  try {
    localStorage.setItem(keyOf(form), JSON.stringify({ at: Date.now(), values }));
  } catch {
    // It is still in the fields.
  }
}

function forget(form) {
  localStorage.removeItem(keyOf(form));
}

function bringBack(form) {
  const draft = JSON.parse(localStorage.getItem(keyOf(form)));
  if (!draft || Date.now() - draft.at > KEPT_MS) {
    forget(form);
    return;
  }
  // What adds fields by a script makes room for them first.
  form.dispatchEvent(new CustomEvent("draft:back", { bubbles: true, detail: draft.values }));
  let differs = false;
  for (const [field, place] of kept(form)) {
    if (!(place in draft.values) || JSON.stringify(valueOf(field)) === JSON.stringify(draft.values[place])) continue;
    setValue(field, draft.values[place]);
    differs = true;
  }
  form.querySelector(".draft-back").hidden = !differs;
}

function say(form, problem) {
  for (const notice of form.querySelectorAll("[data-problem]")) notice.hidden = notice.dataset.problem !== problem;
  if (problem) form.querySelector(`[data-problem=${problem}]`).scrollIntoView({ block: "nearest" });
}

function bodyOf(form, button) {
  const body = new FormData(form);
  if (button?.name) body.append(button.name, button.value);
  return body;
}

async function send(form, button) {
  if (form.getAttribute("aria-busy") === "true") return;
  const body = bodyOf(form, button);
  form.setAttribute("aria-busy", "true");
  say(form, "");
  try {
    const answer = await ask(form, body);
    lost.delete(form);
    await take(form, answer);
  } catch {
    say(form, "line");
  } finally {
    form.removeAttribute("aria-busy");
  }
}

async function ask(form, body) {
  const name = nameOf(form, body);
  const stop = new AbortController();
  const hasFiles = [...body.values()].some((value) => value instanceof File && value.size);
  const timer = hasFiles ? 0 : setTimeout(() => stop.abort(), PATIENCE_MS);
  const options = { method: "POST", body, headers: { "X-Draft": name }, signal: stop.signal };
  try {
    for (;;) {
      const answer = await fetch(form.getAttribute("action") || location.href, options);
      if (answer.headers.get("X-Draft-Fate") !== "in hand") return answer;
      await new Promise((wake) => setTimeout(wake, IN_HAND_MS));
    }
  } finally {
    clearTimeout(timer);
  }
}

function nameOf(form, body) {
  // A field without a file holds an empty one of this very moment.
  const told = (value) => (value instanceof File ? value.size && [value.name, value.size, value.lastModified] : value);
  const what = JSON.stringify([...body].map(([field, value]) => [field, told(value)]));
  if (lost.get(form)?.what !== what) lost.set(form, { what, name: randomName() });
  return lost.get(form).name;
}

/** Where a page is not served over TLS, browsers have no randomUUID. */
function randomName() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function take(form, answer) {
  const target = answer.headers.get("X-Draft-Location");
  if (target) {
    if (!LOGGING_IN.test(new URL(target, location.href).pathname)) {
      forget(form);
      if (!form.dispatchEvent(new CustomEvent("draft:saved", { bubbles: true, cancelable: true }))) return;
    }
    location.assign(target);
    return;
  }
  if (answer.status >= 500 || answer.status === 403 || answer.status === 404) {
    say(form, "server");
    return;
  }
  show(form, new DOMParser().parseFromString(await answer.text(), "text/html"));
}

/** The form with what was refused in it: alone where it has an id, so that what lives beside it goes on. */
function show(form, page) {
  const id = form.id && page.getElementById(form.id) ? form.id : "content";
  document.getElementById(id).replaceWith(page.getElementById(id));
  const part = document.getElementById(id);
  document.title = page.title;
  for (const fresh of part.matches("form") ? [part] : part.querySelectorAll("form[data-draft]")) tend(fresh);
  const wrong = part.querySelector("[aria-invalid=true]");
  if (wrong) wrong.focus();
  else part.scrollIntoView();
}

function tend(form) {
  form.prepend(notices.content.cloneNode(true));
  const answered = form.hasAttribute("data-answered") || form.querySelector("[aria-invalid=true], .errorlist");
  if (!answered) bringBack(form);
  let last;
  form.addEventListener("input", () => store(form));
  form.addEventListener("change", () => store(form));
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    last = event.submitter;
    send(form, last);
  });
  for (const again of form.querySelectorAll("[data-again]")) again.addEventListener("click", () => send(form, last));
  form.querySelector("[data-discard]").addEventListener("click", () => {
    forget(form);
    location.reload();
  });
  form.dispatchEvent(new CustomEvent("draft:tended", { bubbles: true }));
}

if (notices) {
  for (const form of document.querySelectorAll("form[data-draft]")) tend(form);
  document.addEventListener("draft:added", ({ target }) => tend(target));
  document.addEventListener("click", ({ target }) => {
    if (target.closest("[data-forget]")) for (const form of document.querySelectorAll("form[data-draft]")) forget(form);
  });
}
