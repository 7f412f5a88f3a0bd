// Before an idle session ends, ask whether to go on. Without this script the session simply ends and says why.
(() => {
  "use strict";
  const box = document.getElementById("yc-session");
  if (!box) return;
  const form = box.querySelector("form");
  const left = document.getElementById("yc-session-left");
  const warning = Number(box.dataset.warning);
  const seconds = Number(box.dataset.seconds);
  let ends = Date.now() + seconds * 1000;

  const tick = () => {
    const rest = Math.round((ends - Date.now()) / 1000);
    if (rest <= 0) {
      // The server ends the session and explains it on the sign-in page.
      window.location.reload();
      return;
    }
    left.textContent = Math.floor(rest / 60) + ":" + String(rest % 60).padStart(2, "0");
    if (rest <= warning && !box.open) box.showModal();
  };
  window.setInterval(tick, 1000);

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      headers: { Accept: "application/json" },
    });
    if (answer.status !== 204) {
      window.location.reload();
      return;
    }
    ends = Date.now() + Number(answer.headers.get("X-Session-Seconds")) * 1000;
    box.close();
  });

  // Parts of the page that htmx fetches count as work.
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) ends = Date.now() + seconds * 1000;
  });
})();
