// The wall: shows the newest picture of each camera on screen, and lets none of them look newer than it is.

const words = JSON.parse(document.getElementById("wall-words").textContent);
const vocabulary = JSON.parse(document.getElementById("state-words").textContent);
const language = document.documentElement.lang;
const zone = "Asia/Ho_Chi_Minh";
const clock = new Intl.DateTimeFormat("vi", { timeZone: zone, hour: "2-digit", minute: "2-digit", second: "2-digit" });
const day = new Intl.DateTimeFormat("vi", { timeZone: zone, hour: "2-digit", minute: "2-digit", day: "2-digit", month: "2-digit", year: "numeric" });
const relative = new Intl.RelativeTimeFormat(language, { numeric: "always", style: "short" });

const wall = document.getElementById("wall");
const news = document.getElementById("wall-news");
const banner = document.getElementById("wall-banner");
const tiles = new Map([...(wall?.querySelectorAll(".tile") ?? [])].map((tile) => [Number(tile.dataset.camera), tile]));
const onScreen = new Set();
const SETTLE_MS = 150;
const LONGEST_WAIT_MS = 30_000;
// Codes with which the server closes for good: not logged in, another site's page, nothing to see here, and this one.
const LACKS_SECOND_FACTOR = 4428;
const SHUT_OUT = new Set([4401, 4403, 4404, LACKS_SECOND_FACTOR]);

let socket = null;
let waited = 0;
let watchTimer = 0;
// A phone's own clock may be an hour off: ages are told by the server's.
let clockOffset = 0;
const now = () => Date.now() + clockOffset;

function age(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 120) return relative.format(-seconds, "second");
  if (seconds < 7200) return relative.format(-Math.floor(seconds / 60), "minute");
  return relative.format(-Math.floor(seconds / 3600), "hour");
}

function showAge(tile) {
  const time = tile.querySelector(".tile-age");
  const captured = Number(tile.dataset.captured);
  if (!captured) {
    time.textContent = "";
    return;
  }
  const old = now() - captured;
  const text = age(old);
  if (time.textContent !== text) time.textContent = text;
  const stale = old > 2000 * Number(tile.dataset.interval);
  tile.classList.toggle("is-stale", stale);
  const notice = tile.querySelector(".tile-stale");
  notice.hidden = !stale;
  if (stale) notice.lastElementChild.textContent = `${words.stale} · ${text}`;
}

function showState(tile, head) {
  const before = tile.dataset.state;
  tile.dataset.state = head.state;
  const badge = tile.querySelector(".tile-state .state");
  badge.className = `state state-${head.state}`;
  badge.querySelector("use").setAttribute("href", `#state-${head.state}`);
  badge.lastElementChild.textContent = vocabulary.states[head.state];
  const reason = tile.querySelector(".tile-reason");
  reason.hidden = !head.reason;
  const since = words.since.replace("{time}", day.format(new Date(head.since)));
  reason.textContent = head.reason ? `${vocabulary.reasons[head.reason]}, ${since}` : "";
  if (before !== head.state) {
    const camera = tile.dataset.name;
    news.textContent = words.changed.replace("{camera}", camera).replace("{state}", vocabulary.states[head.state]);
  }
}

function clearPicture(tile) {
  const image = tile.querySelector("img");
  if (!image) return;
  if (image.src) URL.revokeObjectURL(image.src);
  image.removeAttribute("src");
  image.hidden = true;
  tile.querySelector(".tile-none").hidden = false;
  tile.querySelector(".tile-stale").hidden = true;
  tile.classList.remove("is-stale");
  delete tile.dataset.captured;
  showAge(tile);
}

/** Shows a picture; resolves when it is painted, or cannot be. */
async function showPicture(tile, head, jpeg) {
  const image = tile.querySelector("img");
  if (!image || tile.hasAttribute("data-forbidden")) return;
  if (!head.captured_at || !jpeg.byteLength) {
    clearPicture(tile);
    return;
  }
  const captured = Date.parse(head.captured_at);
  const address = URL.createObjectURL(new Blob([jpeg], { type: "image/jpeg" }));
  const loading = new Image();
  const loaded = await new Promise((settle) => {
    loading.onload = () => settle(true);
    loading.onerror = () => settle(false);
    loading.src = address;
  });
  // Meanwhile a newer one was painted, or the camera was let go of.
  if (!loaded || captured < Number(tile.dataset.captured) || !tile.isConnected) {
    URL.revokeObjectURL(address);
    return;
  }
  if (image.src) URL.revokeObjectURL(image.src);
  image.src = address;
  image.hidden = false;
  tile.querySelector(".tile-none").hidden = true;
  tile.dataset.captured = captured;
  const time = tile.querySelector(".tile-age");
  time.dateTime = head.captured_at;
  time.title = words.captured.replace("{time}", clock.format(new Date(captured)));
  showAge(tile);
}

async function receiveFrame(buffer) {
  const length = new DataView(buffer).getUint32(0);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const tile = tiles.get(head.camera);
  if (tile) {
    showState(tile, head);
    await showPicture(tile, head, buffer.slice(4 + length));
  }
}

function receiveMessage(message) {
  if (message.now) clockOffset = Date.parse(message.now) - Date.now();
  for (const camera of message.gone ?? []) {
    const tile = tiles.get(camera);
    if (!tile) continue;
    clearPicture(tile);
    tile.remove();
    tiles.delete(camera);
    onScreen.delete(camera);
    news.textContent = words.gone;
  }
}

function say(text, link) {
  banner.hidden = !text;
  const words = banner.querySelector("span");
  words.textContent = text;
  if (link) words.append(" ", link);
}

function sendWatch() {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ watch: [...onScreen] }));
}

/** No access any more: whatever is on the screen must not stay there. */
function shut(code) {
  for (const tile of tiles.values()) clearPicture(tile);
  if (code === LACKS_SECOND_FACTOR) say(words.secondFactor, wayToSecondFactor());
  else say(words.closed);
}

function wayToSecondFactor() {
  const link = document.createElement("a");
  link.href = `${words.secondFactorAddress}?${new URLSearchParams({ next: location.pathname + location.search })}`;
  link.textContent = words.secondFactorLink;
  return link;
}

/** A refused handshake has no code that a page may read: the page's own address says why. */
async function refused() {
  try {
    const answer = await fetch(location.href, { method: "HEAD", redirect: "manual" });
    return answer.type === "opaqueredirect" || answer.status === 404;
  } catch {
    return false;
  }
}

async function reconnect(opened, code) {
  if (SHUT_OUT.has(code) || (!opened && (await refused()))) {
    shut(code);
    return;
  }
  say(words.lost);
  waited = Math.min(LONGEST_WAIT_MS, (waited || 500) * 2);
  setTimeout(connect, waited * (0.75 + Math.random() / 2));
}

function connect() {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  let opened = false;
  socket = new WebSocket(`${scheme}://${location.host}${wall.dataset.socket}`);
  socket.binaryType = "arraybuffer";
  socket.onopen = () => {
    opened = true;
    waited = 0;
    say("");
    sendWatch();
  };
  socket.onmessage = async ({ data, target }) => {
    if (typeof data === "string") {
      receiveMessage(JSON.parse(data));
      return;
    }
    try {
      await receiveFrame(data);
    } finally {
      if (target.readyState === WebSocket.OPEN) target.send(JSON.stringify({ painted: 1 }));
    }
  };
  socket.onclose = ({ code }) => reconnect(opened, code);
}

if (wall) {
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        const camera = Number(target.dataset.camera);
        if (isIntersecting && tiles.has(camera)) onScreen.add(camera);
        else onScreen.delete(camera);
      }
      clearTimeout(watchTimer);
      watchTimer = setTimeout(sendWatch, SETTLE_MS);
    },
    { rootMargin: "200px" },
  );
  for (const tile of tiles.values()) observer.observe(tile);
  // A camera that was registered on this page gets its tile later.
  wall.addEventListener("tile:added", ({ target }) => {
    tiles.set(Number(target.dataset.camera), target);
    observer.observe(target);
  });
  setInterval(() => {
    for (const tile of tiles.values()) showAge(tile);
  }, 1000);
  connect();
}
