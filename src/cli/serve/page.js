// The page of `lacuna serve`: an editor, and what the commands of the tool say of its program. All answers are the JSON of
// those commands; a run to step through is the page that `lacuna trace --format html` makes, in a frame.
"use strict";

const $ = (id) => document.getElementById(id);
const program = $("program");
let keywords = new Set();
let problems = [];
let running = null;

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

async function ask(path, body, signal) {
  const response = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    signal,
  });
  const answer = await response.json();
  if (answer.error) throw new Error(answer.error);
  return answer;
}

// ---- the editor ----

const TOKEN = /\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"?|[A-Za-z_][A-Za-z_0-9]*|\d+|[^A-Za-z_0-9"/]+|\//g;

function kindOf(token) {
  if (token.startsWith("//")) return "remark";
  if (token.startsWith('"')) return "text";
  if (/^\d/.test(token)) return "number";
  return keywords.has(token) ? "word" : "";
}

// The offset of a place; line and column count from 1, columns in characters.
function offsetOf(lines, line, column) {
  let offset = 0;
  for (let i = 0; i < line - 1 && i < lines.length; i++) offset += lines[i].length + 1;
  const characters = Array.from(lines[line - 1] ?? "");
  return offset + characters.slice(0, column - 1).join("").length;
}

function colour() {
  const text = program.value;
  const lines = text.split("\n");
  const marks = problems.map((problem) => {
    const from = offsetOf(lines, problem.line, problem.column);
    const to = offsetOf(lines, problem.end_line, problem.end_column);
    return { from, to: Math.max(to, from + 1), kind: problem.severity === "error" ? "wrong" : "odd" };
  });
  const shown = document.createDocumentFragment();
  for (const match of text.matchAll(TOKEN)) {
    const from = match.index;
    const mark = marks.find((mark) => mark.from < from + match[0].length && from < mark.to);
    const kinds = [kindOf(match[0]), mark && match[0].trim() ? mark.kind : ""].filter(Boolean).join(" ");
    shown.append(kinds ? element("span", kinds, match[0]) : match[0]);
  }
  shown.append("\n");
  $("colours").replaceChildren(shown);
  follow();
}

function follow() {
  $("colours").scrollTop = program.scrollTop;
  $("colours").scrollLeft = program.scrollLeft;
}

function show(found) {
  problems = found;
  const rows = found.map((problem) => {
    const row = element("li", problem.severity);
    const button = element("button");
    button.append(element("span", "at", `${problem.line}:${problem.column} `));
    button.append(element("span", "what", problem.message));
    if (problem.help) button.append(element("span", "help", problem.help));
    button.addEventListener("click", () => {
      const at = offsetOf(program.value.split("\n"), problem.line, problem.column);
      program.focus();
      program.setSelectionRange(at, at);
    });
    row.append(button);
    return row;
  });
  $("problems").replaceChildren(...rows);
  colour();
}

let diagnosing = 0;
async function diagnose() {
  const number = ++diagnosing;
  try {
    const answer = await ask("/api/diagnose", { program: program.value });
    if (number === diagnosing) show(answer.diagnostics);
  } catch (error) {
    if (number === diagnosing) say(`the program cannot be looked at: ${error.message}`, "bad");
  }
}

let waiting = 0;
function changed() {
  problems = [];
  colour();
  clearTimeout(waiting);
  waiting = setTimeout(diagnose, 150);
}

// ---- running ----

function say(text, kind = "") {
  $("status").textContent = text;
  $("status").className = kind;
}

function options(without = []) {
  const entries = Array.from(new FormData($("options")).entries());
  return Object.fromEntries(entries.filter(([name, value]) => value !== "" && !without.includes(name)));
}

async function run(what, body, then) {
  if (running) stop();
  const job = Math.floor(Math.random() * 2 ** 48);
  const own = (running = { job });
  $("stop").disabled = false;
  say(what, "busy");
  try {
    const answer = await ask(body.path, { program: program.value, job, ...body.ask });
    if (running !== own) return;
    if (answer.diagnostics) {
      show(answer.diagnostics);
      say("the program has errors", "bad");
    } else {
      then(answer);
    }
  } catch (error) {
    if (running === own) say(error.message, "bad");
  } finally {
    if (running === own) {
      running = null;
      $("stop").disabled = true;
      document.body.dataset.ready = "yes";
    }
  }
}

function stop() {
  if (running) ask("/api/stop", { job: running.job }).catch(() => {});
}

function picture(answer, words) {
  $("view").hidden = false;
  $("view").src = answer.view;
  say([words, answer.notes].filter(Boolean).join(" · "));
}

function trace() {
  $("answer").replaceChildren();
  return run("running", { path: "/api/view", ask: { options: options() } }, (answer) => {
    picture(answer, "← and → step through the run below, once it has the focus");
  });
}

function check() {
  $("view").hidden = true;
  $("answer").replaceChildren();
  return run("checking", { path: "/api/check", ask: { options: options(["seed"]) } }, (answer) => {
    say(WORDS[answer.verdict], answer.verdict);
    $("answer").replaceChildren(...outcomes(answer));
  });
}

// ---- what a check says ----

const WORDS = {
  holds: "✓ it holds: nothing that can happen violates a property",
  violated: "✗ violated: what is below can happen",
  limit: "a limit was reached before there was an answer",
};

function outcomes(answer) {
  const count = (number, what) => `${number.toLocaleString("en")} ${what}${number === 1 ? "" : "s"}`;
  const numbers = [count(answer.outcomes.length, "outcome"), count(answer.states, "state"), count(answer.transitions, "step")];
  const cut = answer.limits.map((limit) => `cut by ${limit.limit}`);
  const found = table(["", "outcome", "prints"], answer.outcomes.map((outcome) => {
    const same = JSON.stringify(outcome);
    const sample = answer.samples.find((sample) => JSON.stringify(sample.outcome) === same);
    const prints = outcome.prints.map((print) => `${print.node}: ${print.text}`).join("\n");
    return [stepThrough(answer, sample && sample.schedule, resultOf(outcome)), resultOf(outcome), prints];
  }));
  const wrongs = answer.violations.map((violation) => {
    const name = violation.line ? `${violation.property} (line ${violation.line})` : violation.property;
    return [stepThrough(answer, violation.schedule, name), name, violation.what];
  });
  const parts = [element("p", "numbers", [...numbers, ...cut].join(" · ")), found];
  if (wrongs.length) parts.push(table(["", "violated", "what"], wrongs));
  return parts;
}

function resultOf({ result }) {
  if ("returned" in result) return `returned ${result.returned}`;
  if ("failed" in result) return `failed: ${result.failed}`;
  if ("diverged" in result) return `diverged: ${result.diverged}`;
  return "deadlock";
}

function table(heads, rows) {
  const made = element("table");
  const head = element("tr");
  head.append(...heads.map((text) => element("th", "", text)));
  made.append(head);
  for (const cells of rows) {
    const row = element("tr");
    for (const cell of cells) {
      const made = element("td");
      made.append(cell ?? "");
      row.append(made);
    }
    made.append(row);
  }
  return made;
}

// A button that shows a run that the check has found.
function stepThrough(answer, steps, name) {
  if (!steps) return "";
  const button = element("button", "", "Step");
  button.title = `Step through a run to: ${name}`;
  button.addEventListener("click", () => showRun({ sha256: answer.sha256, settings: answer.settings, steps }, name));
  return button;
}

let shownRun = null;
function showRun(schedule, name) {
  shownRun = schedule;
  return run("running", { path: "/api/view", ask: { schedule } }, (answer) => picture(answer, `a run to: ${name}`));
}

// ---- the address: program, settings and schedule stand behind its # ----

function encode(value) {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function decode(text) {
  const bytes = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return JSON.parse(new TextDecoder().decode(Uint8Array.from(bytes, (letter) => letter.charCodeAt(0))));
}

async function link() {
  const kept = { program: program.value, options: options() };
  if (shownRun && !$("view").hidden) kept.schedule = shownRun;
  history.replaceState(null, "", `#${encode(kept)}`);
  try {
    await navigator.clipboard.writeText(location.href);
    say("the address is copied; it has program, settings and schedule in it");
  } catch {
    say("the address above has program, settings and schedule in it");
  }
}

async function opened() {
  if (location.hash.length < 2) return false;
  try {
    const kept = decode(location.hash.slice(1));
    program.value = kept.program;
    for (const [name, value] of Object.entries(kept.options ?? {})) {
      if ($("options").elements[name]) $("options").elements[name].value = value;
    }
    colour();
    await diagnose();
    if (kept.schedule) await showRun(kept.schedule, "what the link shows");
    else if (kept.action === "check") await check();
    else if (kept.action === "trace") await trace();
    return true;
  } catch {
    say("the address has no program in it that can be read", "bad");
    return false;
  }
}

// ---- the start ----

async function start() {
  const language = await (await fetch("/api/language")).json();
  keywords = new Set(language.keywords);
  for (const { name, text } of language.examples) {
    const option = element("option", "", name);
    option.value = name;
    option.text_of_program = text;
    $("examples").append(option);
  }
  $("examples").addEventListener("change", () => {
    const chosen = $("examples").selectedOptions[0];
    if (!chosen.text_of_program) return;
    program.value = chosen.text_of_program;
    shownRun = null;
    $("answer").replaceChildren();
    $("view").hidden = true;
    changed();
  });
  program.addEventListener("input", () => {
    shownRun = null;
    changed();
  });
  program.addEventListener("scroll", follow);
  $("trace").addEventListener("click", () => { shownRun = null; trace(); });
  $("check").addEventListener("click", check);
  $("stop").addEventListener("click", stop);
  $("link").addEventListener("click", link);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") stop();
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    if (event.shiftKey) check();
    else $("trace").click();
  });
  if (!(await opened()) && !program.value) {
    const first = language.examples.find((example) => example.name === "lost_update.lac") ?? language.examples[0];
    program.value = first.text;
    changed();
  }
  document.body.dataset.ready = "yes";
}

start();
