import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { armOf } from '../../../../engine/experiments/draw-arms.ts';
import {
  anonymousKey,
  type CustomerKey,
  experimentReport,
  type Rulebook,
  userKey,
} from '../../../../engine/index.ts';
import { bookOf, shopYaml } from '../../support/book.ts';
import { noon } from '../../support/events.ts';
import { asked, customersOf, event, gathering, merged, of, reported } from './gathered-shop.ts';

const book = bookOf(`${shopYaml}\n---\nholdout: { share: 0.5 }\n`);
const people = Array.from({ length: 40 }, (_, number) => userKey(`person-${number}`));
const minute = 60_000;

function inArm(rulebook: Rulebook, name: string, arm: string): CustomerKey {
  const experiment = rulebook.experiments.find((each) => each.name === name);
  const found = experiment && people.find((key) => armOf(experiment, key) === arm);
  if (!found) throw new Error(`nobody in ${arm}`);
  return found;
}

const held = inArm(book, 'universal', 'holdout');
const treated = inArm(book, 'universal', 'treated');

describe('the customers of an experiment', () => {
  it('count once, shown something or not, from their first decision on', () => {
    const log = gathering(book);
    for (const key of [held, treated]) {
      log.takeMessage(event(key, 'Order Completed', noon - minute));
      log.takeDecision(asked(book, key, noon));
      log.takeDecision(asked(book, key, noon + minute));
      log.takeMessage(event(key, 'Order Completed', noon + 2 * minute));
      log.takeMessage(event(key, 'Order Completed', noon + 3 * minute));
    }
    log.takeMessage(event(userKey('nobody-asked-for'), 'Order Completed', noon));
    expect(of(log, 'universal')).toMatchObject({
      goal: { source: 'events', rules: ['bought'] },
      arms: [
        { arm: 'holdout', customers: 1, converted: 1, conversions: 2, metOtherArm: 0 },
        { arm: 'treated', customers: 1, converted: 1, conversions: 2, metOtherArm: 0 },
      ],
    });
  });

  it('are those for whom something might have been shown that the experiment is about', () => {
    const pushes = bookOf(
      `${shopYaml}\n---\nexperiments:\n  silence: { holdout: { share: 0.5, match: { channels: [push] } } }\n`,
    );
    const log = gathering(pushes);
    log.takeDecision(asked(pushes, held, noon));
    expect(customersOf(of(log, 'silence'))).toEqual({ holdout: 0, treated: 0 });
    log.takeDecision(asked(pushes, held, noon, { placements: ['hero', 'push-message'] }));
    expect(of(log, 'silence').arms.reduce((sum, { customers }) => sum + customers, 0)).toBe(1);
  });

  it('are, of a model control, those for whom more than one thing might have been drawn', () => {
    const only = (name: string, fields: string) =>
      `---\naction: ${name}\ngroup: sales/few\n${fields}treatments: { card: { channel: web, placements: [few, fewer] } }\n`;
    const few = (rankBy: string) =>
      bookOf(`channels: { web: { direction: pull } }
placements:
  few: { channel: web, fallback: {}${rankBy} }
  some: { channel: web, fallback: {} }
  fewer: { channel: web, fallback: {} }
experiments: { chance: { modelControl: { share: 0.5 } } }
${only('urgent', 'mandatory: true\n')}${only('pressing', 'mandatory: true\n')}${only('single', '')}---
action: looks
group: sales/some
treatments: { a: { channel: web, placements: [some] }, b: { channel: web, placements: [some] } }
`);
    const exposed = (rulebook: Rulebook, placement: string) => {
      const log = gathering(rulebook);
      log.takeDecision(asked(rulebook, held, noon, { placements: [placement] }));
      return of(log, 'chance').arms.reduce((sum, { customers }) => sum + customers, 0);
    };
    expect(exposed(few(''), 'few')).toBe(0);
    expect(exposed(few(''), 'some')).toBe(1);
    // Where it is ranked by uplift, to show nothing is drawn as well.
    expect(exposed(few(', rankBy: uplift'), 'few')).toBe(1);
    expect(exposed(few(', rankBy: uplift'), 'fewer')).toBe(0);
  });

  it('stay in their first arm when two turn out to be one, and are counted apart', () => {
    const visitor = Array.from({ length: 40 }, (_, number) => anonymousKey(`visitor-${number}`)).find((key) =>
      book.experiments.every((experiment) => armOf(experiment, key) === 'holdout'),
    );
    if (!visitor) throw new Error('no visitor is held out');
    const log = gathering(book);
    log.takeDecision(asked(book, visitor, noon));
    log.takeMessage(event(treated, 'Order Completed', noon + 1));
    log.takeDecision(asked(book, treated, noon + minute));
    expect(customersOf(of(log, 'universal'))).toEqual({ holdout: 1, treated: 1 });
    log.takeMessage(merged(visitor, treated, noon + 2 * minute));
    expect(of(log, 'universal').arms).toMatchObject([
      { arm: 'holdout', customers: 1, converted: 1, metOtherArm: 1 },
      { arm: 'treated', customers: 0, metOtherArm: 0 },
    ]);
    expect(experimentReport(of(log, 'universal')).notes.join(' ')).toContain(
      '1 customer met a second arm, because two customers turned out to be one (holdout 1, treated 0)',
    );
    // Taken apart again, both are who they were.
    const { profiles } = merged(visitor, treated, 0);
    const back = { ...merged(visitor, treated, noon + 3 * minute), kind: 'link-return' as const };
    log.takeMessage({ ...back, key: visitor, from: treated, profiles });
    expect(customersOf(of(log, 'universal'))).toEqual({ holdout: 1, treated: 1 });
  });

  it('under an earlier deal of the experiment are left out and told', () => {
    const redealt = bookOf(`${shopYaml}\n---\nholdout: { share: 0.5, salt: anew }\n`);
    const log = gathering(redealt);
    log.takeDecision(asked(book, held, noon));
    expect(of(log, 'universal').dealtOtherwise).toBe(1);
    expect(customersOf(of(log, 'universal'))).toEqual({ holdout: 0, treated: 0 });
  });
});

describe('conversions', () => {
  it('are the same whatever order they come in, and however often', () => {
    const steps = people.slice(0, 8).flatMap((key, index) =>
      [1, 2, 3].map((number) =>
        event(key, 'Order Completed', noon + number * minute, {
          id: `${key}-${number}`,
          properties: { revenue: 0.1 * (index + number) },
        }),
      ),
    );
    const told = (order: typeof steps) => {
      const log = gathering(book, { valueAt: ['properties', 'revenue'] });
      for (const key of people) log.takeDecision(asked(book, key, noon));
      for (const message of order) log.takeMessage(message);
      return JSON.stringify(log.gathered().map(({ arms, lost }) => ({ arms, lost })));
    };
    const straight = told(steps);
    fc.assert(
      fc.property(
        fc.shuffledSubarray(steps, { minLength: steps.length }),
        fc.subarray(steps),
        (order, again) => {
          expect(told([...order, ...again])).toBe(straight);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('that channels report do not count where an arm goes without, and are told', () => {
    const log = gathering(book);
    log.takeDecision(asked(book, treated, noon));
    log.takeMessage(reported(treated, 'decision-1', noon + minute));
    expect(of(log, 'universal')).toMatchObject({ reportsLeftOut: 1, arms: [{}, { conversions: 0 }] });
    const silent = bookOf(`${shopYaml.replace(/outcomes:\n.*\n/, '')}\n---\nholdout: { share: 0.5 }\n`);
    const report = experimentReport(of(gathering(silent), 'universal'));
    expect(report).toMatchObject({ verdict: 'cannot-tell', goal: { source: 'none' } });
    expect(report.words).toContain('cannot tell: an arm goes without');
    expect(report.conversion).toBeUndefined();
  });

  it('that channels report count once where every arm can have them', () => {
    const duel = bookOf(
      `${shopYaml.replace(/outcomes:\n.*\n/, '')}\n---\nexperiments:\n  duel: { actions: { arms: { a: [voucher], b: [guide] } } }\n`,
    );
    const log = gathering(duel);
    const key = inArm(duel, 'duel', 'a');
    log.takeDecision(asked(duel, key, noon));
    log.takeMessage(reported(key, 'decision-1', noon + minute));
    log.takeMessage({ ...reported(key, 'decision-1', noon + 2 * minute), id: 'told-again' });
    expect(of(log, 'duel')).toMatchObject({
      goal: { source: 'reported', worth: 'fixed' },
      arms: [{ arm: 'a', conversions: 1, value: 100 }, { conversions: 0 }],
    });
  });

  it('are worth what the event says, or what the actions are worth where they agree', () => {
    const log = gathering(book, { valueAt: ['properties', 'revenue'] });
    log.takeDecision(asked(book, held, noon));
    log.takeMessage(event(held, 'Order Completed', noon + 1, { properties: { revenue: 12.5 } }));
    log.takeMessage(event(held, 'Order Completed', noon + 2));
    expect(of(log, 'universal')).toMatchObject({
      goal: { worth: 'read' },
      withoutAmount: 1,
      arms: [{ conversions: 2, value: 12.5 }, {}],
    });
    expect(of(gathering(book), 'universal').goal.worth).toBe('unknown');
    const one = bookOf(
      `${shopYaml}\n---\nexperiments:\n  unasked: { holdout: { share: 0.5, match: { actions: [voucher] } } }\n`,
    );
    expect(of(gathering(one), 'unasked').goal.worth).toBe('fixed');
  });

  it('of somebody with very many take a bounded room, and the rest is told', () => {
    const log = gathering(book);
    log.takeDecision(asked(book, held, noon));
    for (let number = 1; number <= 100; number += 1) {
      log.takeMessage(event(held, 'Order Completed', noon + number));
    }
    expect(of(log, 'universal')).toMatchObject({ lost: 36, arms: [{ conversions: 64 }, {}] });
  });
});

describe('what was known before', () => {
  const early = bookOf(shopYaml, 'early');

  it('takes part only where the experiment began inside the period, or the log goes back to its beginning', () => {
    const log = gathering(book);
    log.takeDecision(asked(book, held, noon));
    expect(of(log, 'universal').knowsBefore).toBe(false);
    expect(of(gathering(book, { isFromBeginning: true }), 'universal').knowsBefore).toBe(true);
    const begun = gathering(book);
    begun.takeDecision(asked(early, held, noon));
    begun.takeDecision(asked(book, held, noon + minute));
    expect(of(begun, 'universal').knowsBefore).toBe(true);
  });

  it('is what had come in before the first decision, once', () => {
    const log = gathering(book, { isFromBeginning: true });
    const first = event(held, 'Product Viewed', noon - 2, { id: 'seen' });
    for (const message of [first, first, event(held, 'Product Viewed', noon - 1)]) log.takeMessage(message);
    log.takeDecision(asked(book, held, noon));
    log.takeMessage(event(held, 'Product Viewed', noon + 1));
    expect(of(log, 'universal').arms[0]?.rate.covariate?.sum).toBeCloseTo(Math.log(3), 12);
  });
});
