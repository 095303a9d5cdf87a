import { afterEach, beforeEach, expect, it } from 'vitest';
import { sha256 } from '../../../adapters/system/sha256.ts';
import {
  type DecideInput,
  type DecisionId,
  decide,
  defaultTenant,
  emptyModel,
  newCustomerState,
  type Receipt,
  userKey,
} from '../../../engine/index.ts';
import { makeReceipt } from '../../../engine/receipts/make-receipt.ts';
import { noteReads } from '../../../engine/receipts/note-reads.ts';
import { type InjectedWorld, injectedWorld, noon } from './support/http-world.ts';
import { sampleRulebook } from './support/sample-rulebook.ts';

const id = '0-abcdefghijklmnopqrstuvwx' as DecisionId;

let world: InjectedWorld;

beforeEach(async () => {
  world = await injectedWorld();
  world.rulebooks.publish(sampleRulebook, 'ann');
});

afterEach(() => world.server.close());

function receiptOf(changes: Partial<Receipt> = {}): Receipt {
  const [placement = ''] = sampleRulebook.placements.keys();
  const input: DecideInput = {
    id,
    tenant: defaultTenant,
    customer: userKey('ada'),
    state: newCustomerState(userKey('ada')),
    rulebook: sampleRulebook,
    model: emptyModel,
    cause: { kind: 'request', requestId: 'r-1' },
    seed: 'seed',
    now: noon,
    placements: [placement],
    context: {},
    explain: false,
    budgets: { left: () => 7 },
  };
  const noted = noteReads(input);
  const { decision } = decide(noted.input);
  const making = { sha256, madeBy: { nextbest: '0.0.0-test' } };
  return { ...makeReceipt(noted, { making, text: JSON.stringify(decision) }), salt: 'salt', ...changes };
}

async function explain(query = '') {
  const answer = await world.server.inject(`/v1/decisions/${id}/explain${query}`);
  return { status: answer.statusCode, body: answer.json() };
}

it('explains a decision that was made again, and says that it came out the same', async () => {
  world.application.receipts.set(id, receiptOf());
  const { status, body } = await explain();
  expect(status).toBe(200);
  expect(body).toMatchObject({ matches: true, decisionId: id, customer: { userId: 'ada' } });
  expect(body.placements[0].actions.length).toBeGreaterThan(0);
  expect((await explain('?counterfactuals=false')).body.matches).toBe(true);
});

it('says when the decision does not come out as it did then', async () => {
  world.application.receipts.set(id, receiptOf({ decision: 'another' }));
  expect((await explain()).body.matches).toBe(false);
});

it('answers clearly where no receipt, not the whole receipt or no rulebook is kept', async () => {
  expect(await explain()).toMatchObject({ status: 404, body: { code: 'NB_UNKNOWN_DECISION' } });
  world.application.receipts.set(id, receiptOf({ rulebook: 'long-gone' }));
  expect(await explain()).toMatchObject({ status: 404, body: { code: 'NB_UNKNOWN_RULEBOOK' } });
  const { input: _, ...rest } = receiptOf();
  world.application.receipts.set(id, rest);
  expect(await explain()).toMatchObject({ status: 404, body: { code: 'NB_UNKNOWN_DECISION' } });
});
