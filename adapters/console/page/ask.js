import { answerNodes, isRanked } from './answer.js';
import { at, node } from './dom.js';
import { request } from './request.js';

/** The form that asks for a decision. */
export function openForm() {
  at('ask').addEventListener('submit', ask);
}

/** Puts a customer into the form; asking is left to the reader, because it counts as a contact. */
export function fillIn({ userId, anonymousId }) {
  at('kind').value = userId === undefined ? 'anonymousId' : 'userId';
  at('customer').value = userId ?? anonymousId;
  at('ask').querySelector('button').focus();
}

async function ask(event) {
  event.preventDefault();
  const button = event.target.querySelector('button');
  button.disabled = true;
  try {
    showAnswer(await decide());
  } catch (error) {
    at('answer-note').replaceChildren(node('span', { class: 'failed' }, error.message));
    at('answer').replaceChildren();
  } finally {
    button.disabled = false;
    button.focus();
  }
}

async function decide() {
  const customer = at('customer').value.trim();
  const placement = at('placement').value;
  const answer = await request('/v1/decide', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      customer: { [at('kind').value]: customer },
      placements: [placement],
      explain: true,
    }),
  });
  const items = answer.placements[placement] ?? [];
  const reasons = answer.explain?.placements[placement]?.reasons ?? [];
  return { ...answer, customer, placement, items, reasons };
}

function showAnswer(answer) {
  const { customer, placement, decisionId, items, arms } = answer;
  const count = items.filter(isRanked).length;
  const what = count === 0 ? 'No action' : count === 1 ? 'One action' : `${count} actions`;
  const record = node('a', { href: `/v1/decisions/${encodeURIComponent(decisionId)}` }, 'See the record.');
  const told = arms.map(({ experiment, arm }) => `${experiment}: ${arm}`).join(', ');
  const inArms = told === '' ? '' : ` In the arms ${told}.`;
  at('answer-note').replaceChildren(`${what} for ${customer} at ${placement}.${inArms} `, record);
  at('answer').replaceChildren(...answerNodes(answer));
}
