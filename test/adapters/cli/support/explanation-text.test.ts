import { expect, it } from 'vitest';
import { explanationText } from '../../../../adapters/cli/support/explanation-text.ts';
import {
  type DecideInput,
  type DecisionId,
  decide,
  defaultTenant,
  emptyModel,
  explainDecision,
  userKey,
} from '../../../../engine/index.ts';
import { bookOf, shopYaml } from '../../../engine/support/book.ts';
import { noon } from '../../../engine/support/events.ts';

it('prints the funnel, and of every action the reason, its place, the sentence and the factors', () => {
  const input: DecideInput = {
    id: 'd1' as DecisionId,
    tenant: defaultTenant,
    customer: userKey('ada'),
    state: undefined,
    rulebook: bookOf(shopYaml),
    model: emptyModel,
    cause: { kind: 'request', requestId: 'r' },
    seed: 'seed',
    now: noon,
    placements: ['hero'],
    context: {},
    explain: false,
    budgets: { left: () => 1 },
  };
  expect(
    explanationText(explainDecision(input, decide(input))),
  ).toBe(`Decision d1 for u:ada, 2026-03-01T12:00:00.000Z (times below: UTC)

hero (web): In “hero” we showed “voucher”.

  Stage       Left
  candidates     3  ########################################
  available      2  ###########################
  chosen         1  #############

  club  no-treatment  book.yaml:51:3
    We did not offer “club” because there is no version of it for this place. Nothing about the customer would change that.

  voucher  chosen
    We showed “voucher” first.
    voucher: priority 10 (P 0.1, V 100, C 1, L 1, cost 0, probability 1)

  guide  outranked
    We did not offer “guide” because other offers came first (its score was 5, the last one shown had 10). If one success were worth 101 instead of 50, it would be shown.
    guide: priority 5 (P 0.1, V 50, C 1, L 1, cost 0)
    voucher: priority 10 (P 0.1, V 100, C 1, L 1, cost 0, probability 1)`);
});
