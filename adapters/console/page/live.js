import { fillIn } from './ask.js';
import { at, node, show } from './dom.js';

/**
 * Decisions as they are made. They arrive one by one and may be many a second, so they are shown once a second at
 * most, and not at all while somebody points at the list: what one is about to click must not move away.
 */

const showEveryMs = 1_000;
const reopenAfterMs = 5_000;
const shownMax = 50;
const noticedMax = 3;
const waiting = [];
const shown = [];
let isPaused = false;

export function followDecisions() {
  openStream();
  at('pause').addEventListener('click', togglePause);
  setInterval(showWaiting, showEveryMs);
}

function openStream() {
  const stream = new EventSource('/v1/decisions/stream');
  stream.addEventListener('decision', ({ data }) => {
    waiting.unshift(JSON.parse(data));
    waiting.length = Math.min(waiting.length, shownMax);
  });
  // A broken connection is taken up again by the browser, a refusal is not.
  stream.addEventListener('error', () => {
    if (stream.readyState === EventSource.CLOSED) setTimeout(openStream, reopenAfterMs);
  });
}

function togglePause() {
  isPaused = !isPaused;
  at('pause').textContent = isPaused ? 'Go on' : 'Pause';
  showWaiting();
}

/** On a touch screen the last place that was touched stays hovered, which says nothing; a list scrolled down does. */
function isPointedAt() {
  const isHovered = matchMedia('(hover: hover)').matches && at('live').matches(':hover');
  return isHovered || at('live').matches(':focus-within') || at('live').scrollTop > 0;
}

function showWaiting() {
  const hold = isPaused ? 'Paused.' : isPointedAt() ? 'Held while you look.' : undefined;
  at('live-note').textContent = hold ?? 'Newest first.';
  if (hold !== undefined || waiting.length === 0) return;
  at('live-empty').hidden = true;
  const isNoticed = waiting.length <= noticedMax;
  const arrived = waiting.splice(0);
  shown.unshift(...arrived);
  shown.length = Math.min(shown.length, shownMax);
  const items = shown.map(decisionItem);
  // A few arrivals may catch the eye; a list that is replaced every second may not.
  if (isNoticed) for (const item of items.slice(0, arrived.length)) item.className = 'new';
  at('live').replaceChildren(...items);
}

function decisionItem({ at: when, placement, customer, decision, treatments }) {
  const actions = treatments.flatMap(({ action }) => action ?? []).join(', ');
  const nothing = treatments.length > 0 ? 'Fallback: no action was left' : 'Nothing: no action was left';
  const what =
    actions === ''
      ? node('p', { class: 'what none' }, nothing)
      : node('p', { class: 'what', title: actions }, actions);
  const record = node('a', { href: `/v1/decisions/${encodeURIComponent(decision)}` }, show.clock(when));
  return node(
    'li',
    {},
    what,
    node('p', { class: 'note' }, record, ` · ${placement} · `, customerButton(customer)),
  );
}

function customerButton(customer) {
  const { userId, anonymousId } = customer;
  const button = node('button', { type: 'button', class: 'link' }, userId ?? `visitor ${anonymousId}`);
  button.title = 'Put this customer into the form';
  button.addEventListener('click', () => fillIn(customer));
  return button;
}
