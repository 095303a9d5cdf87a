/**
 * The first page: counters, the rulebook, decisions as they are made, and a form that asks for one. It builds every
 * node from text, never from markup, because names and contents come from rule files and customers.
 */

const statusEveryMs = 2_000;
const liveMax = 50;
const format = new Intl.NumberFormat('en', { maximumFractionDigits: 4 });

const at = (id) => document.getElementById(id);

function node(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

async function request(path, options) {
  const response = await fetch(path, { headers: { 'content-type': 'application/json' }, ...options });
  const body = await response.json();
  if (response.ok) return body;
  const faults = (body.errors ?? []).map(({ pointer, detail }) => `${pointer || 'body'}: ${detail}`);
  throw new Error(faults.length > 0 ? faults.join('; ') : body.detail);
}

// ---------------------------------------------------------------------------------------------------- status

async function followStatus() {
  try {
    showStatus(await request('/v1/status'));
    showConnection('good', 'live');
  } catch {
    // The server is away; the next round tells when it is back.
    showConnection('bad', 'not reachable');
  }
  setTimeout(followStatus, statusEveryMs);
}

function showConnection(tone, words) {
  at('connection').dataset.tone = tone;
  at('connection').textContent = words;
}

function showStatus({ activity, rulebook, uptimeSeconds, version }) {
  for (const [name, { total, perSecond }] of Object.entries(activity)) {
    at(`${name}-total`).textContent = format.format(total);
    at(`${name}-rate`).textContent = `${format.format(perSecond)} a second`;
  }
  at('uptime').textContent = duration(uptimeSeconds);
  at('version').textContent = `nextbest ${version}`;
  showRulebook(rulebook);
  showRejected(rulebook.rejected);
}

function duration(seconds) {
  const [days, hours, minutes] = [seconds / 86_400, (seconds / 3_600) % 24, (seconds / 60) % 60].map(
    Math.floor,
  );
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min` : `${Math.floor(seconds)} s`;
}

// ---------------------------------------------------------------------------------------------------- rulebook

let shownVersion;

function showRulebook({ version, loadedAt, currency, counts, placements }) {
  if (version === undefined) at('book-note').textContent = 'No valid rulebook yet; nothing can be decided.';
  if (version === undefined || version === shownVersion) return;
  shownVersion = version;
  const since = loadedAt === undefined ? '' : `, in force since ${new Date(loadedAt).toLocaleString()}`;
  const book = node('code', {}, version.slice(0, 16));
  at('book-note').replaceChildren('Version ', book, `${since}, values in ${currency}.`);
  at('counts').replaceChildren(
    ...Object.entries(counts).map(([name, count]) =>
      node('div', {}, node('dt', {}, name), node('dd', {}, format.format(count))),
    ),
  );
  const chosen = at('placement').value;
  at('placement').replaceChildren(
    ...placements.map(({ name, channel }) => node('option', { value: name }, `${name} (${channel})`)),
  );
  if (placements.some(({ name }) => name === chosen)) at('placement').value = chosen;
}

function showRejected(rejected) {
  at('rejected').hidden = rejected === undefined;
  if (rejected === undefined) return;
  const when = new Date(rejected.at).toLocaleString();
  at('rejected-note').textContent = `Refused at ${when}. The rulebook in force stays as it is.`;
  at('diagnostics').replaceChildren(...rejected.diagnostics.map(diagnosticItem));
}

function diagnosticItem({ file, line, column, severity, code, message, hint }) {
  const place = node('code', {}, `${file}:${line}:${column}`);
  const advice = hint === undefined ? '' : ` ${hint}`;
  return node('li', { 'data-severity': severity }, place, ` ${message}${advice} `, node('code', {}, code));
}

// ---------------------------------------------------------------------------------------------------- asking

async function ask(event) {
  event.preventDefault();
  const button = event.target.querySelector('button');
  button.disabled = true;
  try {
    at('answer').replaceChildren(...answerNodes(await decide(at('placement').value)));
  } catch (error) {
    at('answer').replaceChildren(node('p', { class: 'failed' }, error.message));
  } finally {
    button.disabled = false;
  }
}

async function decide(placement) {
  const customer = { [at('kind').value]: at('customer').value.trim() };
  const answer = await request('/v1/decide', {
    method: 'POST',
    body: JSON.stringify({ customer, placements: [placement], explain: true }),
  });
  return { ...answer, items: answer.placements[placement], why: answer.explain?.placements[placement] };
}

function answerNodes({ decisionId, items, why, holdout }) {
  const link = node('a', { href: `/v1/decisions/${encodeURIComponent(decisionId)}` }, decisionId);
  const arm = holdout?.arm === 'holdout' ? [` Held out by ${holdout.experiment}.`] : [];
  return [
    node('p', { class: 'note' }, 'Decision ', link, ...arm),
    ...(items.length === 0 ? [node('p', {}, 'Nothing to show.')] : [rankingTable(items)]),
    ...whyNodes(why),
  ];
}

function rankingTable(items) {
  const heads = ['', 'Action', 'Priority', 'P', 'V', 'C', 'L', 'Cost'];
  const head = node('tr', {}, ...heads.map((name) => node('th', { scope: 'col' }, name)));
  const table = node('table', {}, node('thead', {}, head), node('tbody', {}, ...items.map(rankingRow)));
  return node('div', { class: 'scroll' }, table);
}

function rankingRow(item) {
  const name = item.fallback ? 'fallback' : item.action;
  const detail = item.fallback ? 'no action was left' : item.treatment;
  const action = node('td', {}, name, node('span', {}, detail), node('span', {}, preview(item.content)));
  const numbers = ['priority', 'P', 'V', 'C', 'L', 'cost'].map((field) =>
    node('td', {}, number(item[field])),
  );
  return node('tr', {}, node('td', {}, String(item.rank)), action, ...numbers);
}

function number(value) {
  return value === undefined ? '–' : format.format(value);
}

function preview(content) {
  if (typeof content === 'string') return content;
  const text = content?.title ?? content?.subject ?? JSON.stringify(content);
  return String(text).slice(0, 160);
}

function whyNodes(why) {
  const outs = (why?.reasons ?? []).filter(({ code }) => code !== 'chosen');
  if (outs.length === 0) return [];
  return [node('h3', {}, 'Why not the others'), node('ol', { class: 'reasons' }, ...outs.map(reasonItem))];
}

function reasonItem({ action, reason, by, failed }) {
  const detail = by === undefined ? '' : ` (${by})`;
  const item = node('li', {}, node('strong', {}, action), ` ${reason}${detail}`);
  if (failed !== undefined) {
    const saw = failed.seen === undefined ? 'nothing' : JSON.stringify(failed.seen);
    const wanted = `${failed.fact} ${failed.operator} ${JSON.stringify(failed.expected)}`;
    item.append(node('br'), node('code', {}, `${wanted}, saw ${saw}`));
  }
  return item;
}

// ---------------------------------------------------------------------------------------------------- the stream

function followDecisions() {
  const stream = new EventSource('/v1/decisions/stream');
  stream.addEventListener('decision', ({ data }) => showDecision(JSON.parse(data)));
}

function showDecision({ at: when, placement, channel, customer, treatments }) {
  at('live-note').textContent = 'Newest first.';
  const who = customer.userId ?? `visitor ${customer.anonymousId}`;
  const shown = Array.isArray(treatments)
    ? treatments.map(({ action }) => action ?? 'fallback').join(', ')
    : '';
  const line = node(
    'p',
    { class: 'note' },
    `${new Date(when).toLocaleTimeString()} · ${placement} · ${channel}`,
  );
  at('live').prepend(node('li', {}, node('strong', {}, shown || 'nothing'), ` for ${who}`, line));
  while (at('live').children.length > liveMax) at('live').lastElementChild.remove();
}

at('ask').addEventListener('submit', ask);
followStatus();
followDecisions();
