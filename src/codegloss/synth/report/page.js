const cards = [...document.querySelectorAll("article")];
const buttons = [...document.querySelectorAll("button[data-show]")];
const field = document.querySelector("input[type=search]");
let shown = buttons.length ? buttons[0].dataset.show : "";

const none = document.querySelector(".none");

function draw() {
  const words = field.value.toLowerCase();
  let found = 0;
  for (const card of cards) {
    card.hidden = card.dataset.of !== shown || !card.textContent.toLowerCase().includes(words);
    found += card.hidden ? 0 : 1;
  }
  none.hidden = found > 0;
  for (const button of buttons) {
    button.setAttribute("aria-pressed", button.dataset.show === shown);
  }
}

for (const button of buttons) {
  button.onclick = () => {
    shown = button.dataset.show;
    draw();
  };
}
if (field) {
  field.oninput = draw;
  draw();
}
