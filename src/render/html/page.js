// Goes back and forth in one run, or in two side by side. All there is to show is in the page: Σ after each step is a list
// of lines, each of which is kept once.
"use strict";

const data = JSON.parse(document.getElementById("data").textContent);
const pick = (root, selector) => root.querySelector(selector);

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

class Stepper {
  constructor(root, run) {
    this.root = root;
    this.run = run;
    this.rows = [...root.querySelectorAll(".diagram .row")];
    this.slider = pick(root, ".slider");
    this.slider.max = run.moments.length - 1;
    this.slider.addEventListener("input", () => this.go(Number(this.slider.value)));
    const on = (selector, act) => pick(root, selector).addEventListener("click", act);
    on(".first", () => this.go(0));
    on(".back", () => this.move(-1, false));
    on(".forward", () => this.move(1, false));
    on(".last", () => this.go(run.moments.length - 1));
    this.rows.forEach((row) => row.addEventListener("click", () => this.toStep(Number(row.dataset.from))));
    this.go(0);
  }

  // To the moment of a step, or the last one before it.
  toStep(step) {
    const after = this.run.moments.findIndex((moment) => moment.step > step);
    this.go((after < 0 ? this.run.moments.length : after) - 1);
  }

  // One step on (1) or back (-1); `all` stops at steps that a frame takes by itself, too.
  move(by, all) {
    let at = this.at + by;
    const last = this.run.moments.length - 1;
    while (!all && at > 0 && at < last && this.run.moments[at].quiet) at += by;
    this.go(at);
  }

  go(at) {
    this.at = Math.max(0, Math.min(at, this.run.moments.length - 1));
    const moment = this.run.moments[this.at];
    this.slider.value = this.at;
    pick(this.root, ".where").textContent = `step ${moment.step} of ${this.run.moments.at(-1).step}`;
    this.showRow(moment);
    this.showRule(moment);
    this.showSource(moment);
    this.showConfiguration();
  }

  showRow(moment) {
    for (const row of this.rows) {
      const here = Number(row.dataset.from) <= moment.step && moment.step <= Number(row.dataset.to);
      row.classList.toggle("here", here);
      row.classList.toggle("later", Number(row.dataset.from) > moment.step);
      if (here) this.reveal(pick(this.root, ".diagram"), row);
    }
  }

  showRule(moment) {
    const rule = data.rules[moment.rule];
    pick(this.root, ".reduction .by").textContent = moment.rule || "Start";
    pick(this.root, ".reduction .did").textContent = [moment.who, moment.text].filter(Boolean).join(": ");
    pick(this.root, ".reduction .figure").textContent = rule ? rule.figure : "";
    pick(this.root, ".reduction .figure").hidden = !rule;
    this.showPremises(moment);
    pick(this.root, ".reduction .words").textContent = rule ? `${rule.words} (${rule.source})` : "";
  }

  // The premises of the rule, with what their terms were here.
  showPremises(moment) {
    const items = moment.premises.map(([text, here]) => {
      const item = element("li", "", text);
      const values = here.map(([term, value]) => `${term} is ${value}`).join(", ");
      if (values) item.append(element("span", "here", values));
      return item;
    });
    pick(this.root, ".reduction .premises").replaceChildren(...items);
  }

  showSource(moment) {
    const pre = pick(this.root, ".source pre");
    const lines = this.run.source.split("\n");
    const width = String(lines.length).length;
    const at = moment.at;
    pre.replaceChildren();
    lines.forEach((text, index) => {
      const number = index + 1;
      const line = element("div", "line");
      line.append(element("span", "number", String(number).padStart(width) + "  "));
      const letters = [...text];
      if (at && at.line <= number && number <= at.end_line) {
        const from = number === at.line ? at.column - 1 : 0;
        const to = number === at.end_line ? at.end_column - 1 : letters.length;
        line.classList.add("here");
        line.append(letters.slice(0, from).join(""));
        line.append(element("mark", "", letters.slice(from, to).join("")));
        line.append(letters.slice(to).join(""));
      } else {
        line.append(text || " ");
      }
      pre.append(line);
      if (at && number === at.line) this.reveal(pick(this.root, ".source"), line);
    });
  }

  showConfiguration() {
    const now = this.run.moments[this.at].lines;
    const before = this.at > 0 ? this.run.moments[this.at - 1].lines : now;
    const pre = pick(this.root, ".sigma pre");
    pre.replaceChildren();
    let first = null;
    for (const [sign, index] of merged(before, now, this.run.keys)) {
      const name = { "+": "new", "-": "gone", " ": "" }[sign];
      const line = element("div", name, `${sign} ${this.run.lines[index]}`);
      pre.append(line);
      first = first || (sign !== " " ? line : null);
    }
    if (first) this.reveal(pick(this.root, ".sigma"), first);
  }

  // Scrolls no more than it must, and nothing but the pane.
  reveal(pane, child) {
    const outer = pane.getBoundingClientRect();
    const inner = child.getBoundingClientRect();
    if (inner.top < outer.top + 30) pane.scrollTop += inner.top - outer.top - 30;
    if (inner.bottom > outer.bottom - 30) pane.scrollTop += inner.bottom - outer.bottom + 30;
  }
}

// The lines of Σ with those that have just gone, in their places. Two lines of one key say the same.
function merged(before, now, keys) {
  const key = (line) => keys[line];
  const kept = common(before.map(key), now.map(key));
  const stays = common(now.map(key), before.map(key));
  const out = [];
  let at = 0;
  const gone = () => {
    while (at < before.length && !kept[at]) out.push(["-", before[at++]]);
  };
  now.forEach((line, index) => {
    gone();
    out.push([stays[index] ? " " : "+", line]);
    if (stays[index]) at += 1;
  });
  gone();
  return out;
}

// Which of the first are among the others, each counted once.
function common(some, others) {
  const left = new Map();
  others.forEach((key) => left.set(key, (left.get(key) || 0) + 1));
  return some.map((key) => {
    const count = left.get(key) || 0;
    left.set(key, count - 1);
    return count > 0;
  });
}

const steppers = data.runs.map((run) => new Stepper(document.getElementById(`${run.id}run`), run));
const each = (act) => steppers.forEach(act);
const part = () => each((stepper) => stepper.go(data.parting));

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target === steppers[0].slider) return;
  const acts = {
    ArrowRight: () => each((stepper) => stepper.move(1, event.shiftKey)),
    ArrowLeft: () => each((stepper) => stepper.move(-1, event.shiftKey)),
    Home: () => each((stepper) => stepper.go(0)),
    End: () => each((stepper) => stepper.go(Infinity)),
    d: () => data.parting !== null && part(),
  };
  if (acts[event.key]) {
    event.preventDefault();
    acts[event.key]();
  }
});

// The address may name a step: #12.
const named = () => {
  const step = Number.parseInt(location.hash.slice(1), 10);
  if (Number.isInteger(step)) each((stepper) => stepper.toStep(step));
};
window.addEventListener("hashchange", named);
if (location.hash) named();
else if (data.parting !== null) part();
document.body.dataset.ready = "yes";
