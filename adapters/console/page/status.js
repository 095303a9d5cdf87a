import { at, node, show } from './dom.js';
import { request } from './request.js';

/** The counters, the rulebook in force and the change that was refused, all from `/v1/status`. */

const statusEveryMs = 2_000;
const sparkPointsMax = 60;
const past = [];
let shownVersion;

export async function followStatus() {
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
  if (at('connection').dataset.tone === tone) return;
  at('connection').dataset.tone = tone;
  at('connection').textContent = words;
}

function showStatus({ activity, rulebook, uptimeSeconds, version }) {
  for (const [name, { total, perSecond }] of Object.entries(activity)) {
    at(`${name}-total`).textContent = show.number(total);
    at(`${name}-rate`).textContent = show.rate(perSecond);
  }
  at('uptime').textContent = show.duration(uptimeSeconds);
  at('version').textContent = `version ${version}`;
  showSparks(activity, uptimeSeconds);
  showRulebook(rulebook);
  showRejected(rulebook);
}

// ---------------------------------------------------------------------------------------------------- sparklines

/** What came in between two looks at the counters, for the last two minutes. */
function showSparks(activity, uptimeSeconds) {
  // A server that was started anew counts from zero: what was before cannot be compared.
  if (past.length > 0 && past.at(-1).uptimeSeconds >= uptimeSeconds) past.length = 0;
  past.push({ activity, uptimeSeconds });
  if (past.length > sparkPointsMax + 1) past.shift();
  for (const name of Object.keys(activity)) at(`${name}-spark`).setAttribute('points', sparkOf(name));
}

function sparkOf(name) {
  const rates = past.slice(1).map((now, index) => {
    const before = past[index];
    const count = now.activity[name].total - before.activity[name].total;
    return count / (now.uptimeSeconds - before.uptimeSeconds);
  });
  if (rates.length < 2) return '';
  const highest = Math.max(...rates, 1);
  const step = 100 / (sparkPointsMax - 1);
  const left = 100 - (rates.length - 1) * step;
  return rates
    .map((rate, index) => `${(left + index * step).toFixed(2)},${(23 - (rate / highest) * 22).toFixed(2)}`)
    .join(' ');
}

// ---------------------------------------------------------------------------------------------------- rulebook

function showRulebook({ version, since, reason, author, currency, counts, placements }) {
  if (version === undefined) at('book-note').textContent = 'No valid rulebook yet; nothing can be decided.';
  if (version === undefined || version === shownVersion) return;
  shownVersion = version;
  const how = `${reason === 'rolled-back' ? 'rolled back' : 'published'}${author === undefined ? '' : ` by ${author}`}`;
  const inForce = since === undefined ? '' : `, ${how}, in force since ${show.moment(since)}`;
  const book = node('code', {}, version.slice(0, 16));
  at('book-note').replaceChildren('Version ', book, `${inForce}. Values are in ${currency}.`);
  at('counts').replaceChildren(
    ...Object.entries(counts).map(([name, count]) =>
      node('div', {}, node('dt', {}, name), node('dd', {}, show.number(count))),
    ),
  );
  showPlacements(placements);
}

function showPlacements(placements) {
  const chosen = at('placement').value;
  at('placement').replaceChildren(
    ...placements.map(({ name, channel }) => node('option', { value: name }, `${name} (${channel})`)),
  );
  if (placements.some(({ name }) => name === chosen)) at('placement').value = chosen;
}

// ---------------------------------------------------------------------------------------------------- refused

/** An alert is read out when it changes, so it is written only when there is something new to say. */
function showRejected({ version, rejected }) {
  const key = JSON.stringify(rejected ?? null);
  if (at('rejected').dataset.key === key) return;
  at('rejected').dataset.key = key;
  at('rejected').hidden = rejected === undefined;
  if (rejected === undefined) return;
  const rest =
    version === undefined ? 'Nothing can be decided yet.' : 'The last good rulebook goes on deciding.';
  at('rejected-note').textContent = `Since ${show.moment(rejected.at)}. ${rest}`;
  at('diagnostics').replaceChildren(...rejected.diagnostics.map(diagnosticItem));
}

function diagnosticItem({ file, line, column, severity, code, message, hint }) {
  const place = node('p', { class: 'place' }, node('code', {}, `${file}:${line}:${column}`));
  place.append(node('span', {}, `${severity} ${code}`));
  const item = node('li', { 'data-severity': severity }, place, node('p', {}, ...quoted(message)));
  if (hint !== undefined) item.append(node('p', { class: 'note' }, ...quoted(hint)));
  return item;
}

/** Diagnostics put what stands in the file between backticks. */
function quoted(text) {
  return text.split('`').map((part, index) => (index % 2 === 0 ? part : node('code', {}, part)));
}
