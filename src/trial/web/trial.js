/* The trial's page: it shows the state of all, and reads one stream of its own. */

const own = { name: "tab-" + Math.random().toString(36).slice(2, 6), ...noCounts(), last: 0 };
const actions = {
  up: ["kill", "pause", "stop"],
  starting: ["kill"],
  paused: ["resume", "kill"],
  stopping: ["kill"],
  down: ["start"],
};
const cards = new Map();
const rows = new Map();

function noCounts() {
  return { received: 0, missing: 0, doubled: 0, gaps: 0 };
}

function find(selector, within = document) {
  return within.querySelector(selector);
}

function copyOf(name) {
  return find(`template[data-${name}]`).content.firstElementChild.cloneNode(true);
}

function say(text) {
  find("[data-note]").textContent = text;
}

async function post(path) {
  try {
    const answer = await fetch(path, { method: "POST" });
    say(answer.ok ? "" : "The server refused that.");
  } catch {
    say("The trial does not answer.");
  }
}

/* Its own stream. The browser comes back by itself, with the last id. */

function listen() {
  const stream = new EventSource("/events?topic=trial&client=" + own.name);
  stream.addEventListener("gap", () => own.gaps++);
  stream.addEventListener("message", (event) => {
    const number = Number(event.data);
    own.received++;
    if (number <= own.last) {
      own.doubled++;
    } else {
      own.missing += own.last === 0 ? 0 : number - own.last - 1;
      own.last = number;
    }
  });
}

/* What the page shows. */

function cardOf(name) {
  if (!cards.has(name)) {
    const card = copyOf("node");
    find("h3", card).textContent = name;
    for (const button of card.querySelectorAll("button")) {
      button.setAttribute("aria-label", button.textContent + " " + name);
      button.addEventListener("click", () => post(name + "/" + button.dataset.action));
    }
    find("[data-nodes]").append(card);
    cards.set(name, card);
  }
  return cards.get(name);
}

function showNode({ name, condition, port, streams }) {
  const card = cardOf(name);
  card.dataset.condition = condition;
  find(".condition", card).textContent = condition;
  find(".count", card).textContent =
    condition === "down" ? "no process" : `${streams} streams, port ${port || "–"}`;
  for (const button of card.querySelectorAll("button")) {
    button.hidden = !actions[condition].includes(button.dataset.action);
  }
}

function showStream(name, node, counts) {
  if (!rows.has(name)) {
    rows.set(name, copyOf("stream"));
    find("[data-streams]").append(rows.get(name));
  }
  const row = rows.get(name);
  row.toggleAttribute("data-own", name === own.name);
  const { received, missing, doubled, gaps } = counts ?? {};
  const texts = [name === own.name ? "this tab" : name, node ?? "none", received, missing, doubled, gaps];
  texts.forEach((text, i) => (row.cells[i].textContent = text ?? "–"));
}

function show(state) {
  state.nodes.forEach(showNode);
  const nodeOf = new Map(state.streams.map(({ client, node }) => [client, node]));
  const counted = new Map([[own.name, own], ...state.readers.map((reader) => [reader.name, reader])]);
  const names = new Set([...counted.keys(), ...nodeOf.keys()]);
  for (const name of names) {
    showStream(name, nodeOf.get(name), counted.get(name));
  }
  for (const name of rows.keys()) {
    if (!names.has(name)) {
      rows.get(name).remove();
      rows.delete(name);
    }
  }
  find("[data-sum=published]").textContent = state.published;
  for (const sum of Object.keys(noCounts())) {
    const total = [...counted.values()].reduce((all, each) => all + each[sum], 0);
    const cell = find(`[data-sum=${sum}]`);
    cell.textContent = total;
    if ("bad" in cell.parentElement.dataset) {
      cell.parentElement.dataset.bad = total > 0 ? "yes" : "";
    }
  }
}

async function look() {
  try {
    show(await (await fetch("state")).json());
    setTimeout(look, 500);
  } catch {
    say("The trial has ended. Nothing of it is left.");
    find("[data-stop]").hidden = true;
  }
}

find("[data-stop]").addEventListener("click", () => post("stop"));
listen();
look();
