import { node, show } from './dom.js';

/** What a decision says to people: the ranking with what it was ranked by, and why the other actions stayed behind. */
export function answerNodes({ items, reasons }) {
  const ranking = node('ol', { class: 'ranking' }, ...items.map(rankedItem));
  return [
    ...(items.length === 0 ? [] : [ranking]),
    ...(items.some(isRanked) ? [formula()] : []),
    ...whyNodes(reasons),
  ];
}

export function isRanked({ fallback }) {
  return fallback !== true;
}

function formula() {
  return node(
    'p',
    { class: 'note' },
    'Priority = chance × value × context × lever − cost, or the formula of the placement',
  );
}

function rankedItem(item) {
  const title = node('p', { class: 'title' }, preview(item.content));
  if (!isRanked(item)) {
    const why = 'Fallback of the placement: no action was left.';
    return node('li', { class: 'fallback' }, node('div', {}, title, node('p', { class: 'note' }, why)));
  }
  const name = node('p', { class: 'note' }, node('code', {}, item.action), ` as ${item.treatment}`);
  return node('li', {}, node('div', {}, title, name, factors(item)));
}

function factors({ P, P0, V, C, L, cost, priority }) {
  const shown = {
    Chance: show.percent(P),
    ...(P0 === undefined ? {} : { 'Without it': show.percent(P0) }),
    Value: show.number(V),
    Context: show.number(C),
    Lever: show.number(L),
    Cost: show.number(cost),
    Priority: show.number(priority),
  };
  const pairs = Object.entries(shown).map(([name, value]) =>
    node('div', {}, node('dt', {}, name), node('dd', {}, value)),
  );
  return node('dl', { class: 'factors' }, ...pairs);
}

/** The words that a customer would read first. */
function preview(content) {
  if (typeof content === 'string') return content.slice(0, 160);
  const text = content?.title ?? content?.subject ?? JSON.stringify(content);
  return String(text).slice(0, 160);
}

// ---------------------------------------------------------------------------------------------------- why not

/** Those that came furthest stand first: the last reason of the engine's pipeline leads, its first one closes. */
const pipeline = [
  'coupled',
  'diversity',
  'left-alone',
  'outranked',
  'other-arm',
  'holdout',
  'adds-nothing',
  'not-worth-its-cost',
  'paced',
  'budget',
  'contact-policy',
  'already-placed',
  'consent',
  'suitability',
  'applicability',
  'eligibility',
  'no-treatment',
  'not-valid-now',
];

function whyNodes(reasons) {
  const outs = Map.groupBy(
    reasons.filter(({ code }) => code !== 'chosen'),
    ({ code }) => code,
  );
  if (outs.size === 0) return [];
  const groups = [...outs].sort(([one], [other]) => pipeline.indexOf(one) - pipeline.indexOf(other));
  return [node('h3', {}, 'Why not the others'), ...groups.map(([, group]) => whyGroup(group))];
}

function whyGroup(group) {
  const { reason, code } = group[0];
  const why = node('span', { class: 'why' }, `${reason} `, node('code', {}, code));
  const head = node('summary', {}, why, node('span', { class: 'count' }, show.number(group.length)));
  const list = node('ul', { class: 'reasons' }, ...group.map(reasonItem));
  return node('details', mayStayClosed(group) ? {} : { open: '' }, head, list);
}

/** A long list of bare names says little more than its number. */
function mayStayClosed(group) {
  return group.length > 3 && group.every(({ by, failed }) => by === undefined && failed === undefined);
}

function reasonItem({ action, by, failed }) {
  const item = node('li', {}, node('span', { class: 'name' }, action));
  if (by !== undefined) item.append(node('span', {}, by));
  if (failed !== undefined && failed.fact !== '') item.append(failure(failed));
  return item;
}

function failure({ fact, operator, expected, seen }) {
  const found = seen === undefined || seen === null ? 'is not known' : `is ${written(seen)}`;
  const wanted = [words(operator), expected === undefined ? 'a value' : written(expected)]
    .filter(Boolean)
    .join(' ');
  return node('span', {}, node('code', {}, fact), ` ${found}, needs ${wanted}`);
}

function written(value) {
  return typeof value === 'number' ? show.number(value) : JSON.stringify(value);
}

const opposites = {
  'not:equal': 'notEqual',
  'not:notEqual': 'equal',
  'not:in': 'notIn',
  'not:notIn': 'in',
  'not:contains': 'doesNotContain',
  'not:doesNotContain': 'contains',
  'not:lessThan': 'greaterThanInclusive',
  'not:lessThanInclusive': 'greaterThan',
  'not:greaterThan': 'lessThanInclusive',
  'not:greaterThanInclusive': 'lessThan',
};

const spoken = {
  equal: '',
  notEqual: 'anything but',
  in: 'one of',
  notIn: 'none of',
  contains: 'to contain',
  doesNotContain: 'not to contain',
  lessThan: 'less than',
  lessThanInclusive: 'at most',
  greaterThan: 'more than',
  greaterThanInclusive: 'at least',
};

/** Operators of one's own, and decorated ones, are shown as they are written. */
function words(operator) {
  const plain = opposites[operator] ?? operator;
  return spoken[plain] ?? plain;
}
