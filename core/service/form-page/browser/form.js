import { answerView } from "./answer.js";
import { askerOf } from "./ask.js";
import { fieldsOf } from "./fields.js";
import { copyText, curlOf } from "./request-text.js";

/** Somebody who types or slides is not asked for after each step, but soon after the last. */
const restMs = 200;

/** @param {string} id */
function byId(id) {
  const element = document.getElementById(id);
  if (element === null) throw new TypeError(`The page has no #${id}`);
  return element;
}

/** @type {{ modelId: string, path: string, examples: import("./fields.js").Value[][] }} */
const page = JSON.parse(byId("page-data").textContent);
const form = byId("form");
const fields = fieldsOf(form);
const answer = byId("answer");
const problem = byId("problem");
const figure = document.getElementById("bars") ?? byId("scale");
const showAnswer = answerView(byId("headline"), figure, byId("brief"));
const copyButtons = document.querySelectorAll("[data-copies]");
const asker = askerOf(page.path);

/** Of the latest request; the answers to earlier ones are of no interest. */
let latest = new AbortController();
/** The request whose answer is shown. */
let shown = "";
let example = 0;
let rest = 0;

function bodyNow() {
  const entries = fields.map((field) => /** @type {const} */ ([field.name, field.read()]));
  return JSON.stringify([Object.fromEntries(entries.filter(([, value]) => value !== undefined))]);
}

/** @param {boolean} submitted  rather than on the way: then problems are gone to */
async function predict(submitted) {
  clearTimeout(rest);
  const body = bodyNow();
  if (body === shown && !submitted) return;
  latest.abort();
  latest = new AbortController();
  const { signal } = latest;
  shown = body;
  byId("request-json").textContent = JSON.stringify(JSON.parse(body), null, 2);
  byId("request-curl").textContent = curlOf(page.path, body, asker.hasKey());
  for (const button of copyButtons) button.textContent = "Copy";
  try {
    const outcome = await asker.ask(body, signal);
    if (!signal.aborted) show(outcome, submitted);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/**
 * @param {import("./ask.js").Outcome} outcome
 * @param {boolean} submitted
 */
function show(outcome, submitted) {
  const { kind } = outcome;
  answer.classList.toggle("old", kind !== "answer");
  byId("key-form").hidden = kind !== "key";
  complain(kind === "invalid" ? outcome.errors : [], submitted);
  problem.replaceChildren(...problemOf(outcome));
  if (kind === "answer") showAnswer(outcome.row);
  else byId("brief").textContent = problem.textContent;
  if (!submitted || kind === "invalid") return;
  // What was asked for in so many words should be seen, also on a small screen.
  byId("result").scrollIntoView({ block: "nearest" });
  if (kind === "key") byId("key").focus();
}

/**
 * What to say beside the answer, or instead of it.
 *
 * @param {import("./ask.js").Outcome} outcome
 * @returns {(string | Node)[]}
 */
function problemOf(outcome) {
  switch (outcome.kind) {
    case "answer":
      return outcome.modelId === null || outcome.modelId === page.modelId ? [] : newModel();
    case "key":
      return [outcome.refused ? "The service does not take this key." : "This service asks for a key."];
    case "invalid": {
      const names = fields.map(({ name }) => name);
      const wrong = names.filter((name) => outcome.errors.some(({ field }) => field === name));
      return [wrong.length === 0 ? `${outcome.detail}.` : `Look again at ${listed(wrong)}.`];
    }
    case "problem":
      return [outcome.text];
  }
}

function newModel() {
  const link = document.createElement("a");
  link.href = "";
  link.textContent = "Load the page again";
  return ["The service has another model since this page was opened. ", link, "."];
}

/** @param {string[]} names */
function listed(names) {
  const rest = names.length - 3;
  return names.slice(0, 3).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}

/**
 * Puts what is wrong at the fields.
 *
 * @param {import("./ask.js").FieldError[]} errors
 * @param {boolean} submitted
 */
function complain(errors, submitted) {
  const expected = new Map(errors.map((error) => [error.field, error.expected]));
  for (const field of fields) {
    const text = expected.get(field.name);
    field.complain(text === undefined ? "" : `Enter ${text}`);
    // It may not be among those that were looked for.
    if (text !== undefined) field.element.hidden = false;
  }
  if (submitted) fields.find(({ name }) => expected.has(name))?.focus();
}

/** @param {number} index */
function fillIn(index) {
  example = index;
  for (const [position, field] of fields.entries()) field.write(page.examples[index]?.[position] ?? null);
  void predict(false);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  void predict(true);
});
form.addEventListener("reset", (event) => {
  event.preventDefault();
  fillIn(0);
});
document
  .getElementById("another")
  ?.addEventListener("click", () => fillIn((example + 1) % page.examples.length));

form.addEventListener("input", ({ target }) => {
  if (target instanceof HTMLInputElement && target.type === "search") return find(target.value);
  clearTimeout(rest);
  // A field that was emptied is about to be filled in.
  if (fields.every((field) => field.read() !== undefined))
    rest = setTimeout(() => void predict(false), restMs);
});
form.addEventListener("change", ({ target }) => {
  if (target instanceof HTMLInputElement && target.type === "search") return;
  void predict(false);
});

/** @param {string} text */
function find(text) {
  const wanted = text.trim().toLowerCase();
  for (const { element } of fields) {
    const label = element.querySelector("label, legend")?.textContent ?? "";
    element.hidden = !label.toLowerCase().includes(wanted);
  }
  const count = fields.filter(({ element }) => !element.hidden).length;
  byId("found").textContent = `${count} of ${fields.length} features`;
}

byId("key-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const input = byId("key");
  if (input instanceof HTMLInputElement) asker.useKey(input.value.trim());
  void predict(true);
});
for (const button of copyButtons) {
  button.addEventListener("click", async () => {
    const { copies = "" } = button instanceof HTMLElement ? button.dataset : {};
    const copied = await copyText(byId(copies));
    button.textContent = copied ? "Copied" : "Selected";
    byId("copied").textContent = copied ? "Copied" : "Selected: copy it with Ctrl+C or \u2318C";
  });
}

void predict(false);
