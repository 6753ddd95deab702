// Replaces what is on the page with what the server renders now; the page itself is never reloaded.
const live = document.getElementById("live");
const stale = document.getElementById("stale");

async function refresh() {
  try {
    const answer = await fetch("/", { cache: "no-store", signal: AbortSignal.timeout(8000) });
    const next = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("live");
    if (next && !document.hidden) {
      live.replaceChildren(...next.childNodes);
    }
    stale.hidden = true;
  } catch {
    stale.hidden = false;
  }
  setTimeout(refresh, 1000);
}

setTimeout(refresh, 1000);
