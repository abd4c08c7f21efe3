// Asks the browser to show notifications: only when somebody presses the button for it.
const box = document.querySelector("[data-notify-ask]");

function report() {
  const button = box.querySelector("[data-notify-button]");
  const state = "Notification" in window ? Notification.permission : "missing";
  box.querySelector("[data-notify-state]").textContent = box.dataset[`text${state[0].toUpperCase()}${state.slice(1)}`];
  button.hidden = state !== "default";
  box.dataset.state = state;
}

if (box) {
  report();
  box.querySelector("[data-notify-button]").addEventListener("click", async () => {
    await Notification.requestPermission();
    report();
  });
}
