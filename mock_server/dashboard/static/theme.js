/** The theme: as the system has it, light or dark; kept in this browser. */

const CHOICES = ["auto", "light", "dark"];
const KEPT_AS = "wan-mock-theme";

function kept() {
  const choice = localStorage.getItem(KEPT_AS);
  return CHOICES.includes(choice) ? choice : "auto";
}

function show(choice) {
  document.documentElement.dataset.theme = choice;
  const toggle = document.getElementById("theme");
  if (toggle) toggle.textContent = `Theme: ${choice}`;
}

function next() {
  const choice = CHOICES[(CHOICES.indexOf(kept()) + 1) % CHOICES.length];
  localStorage.setItem(KEPT_AS, choice);
  show(choice);
}

show(kept());
document.addEventListener("DOMContentLoaded", () => {
  document.getElementById("theme").addEventListener("click", next);
  show(kept());
});
