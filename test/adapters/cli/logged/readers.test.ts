import { describe, expect, it } from 'vitest';
import { dsjsonReader } from '../../../../adapters/cli/logged/dsjson.ts';
import type { LoggedRecord, LogReader } from '../../../../adapters/cli/logged/logged-record.ts';
import { openBanditReader } from '../../../../adapters/cli/logged/open-bandit.ts';
import { vwTextReader } from '../../../../adapters/cli/logged/vw-text.ts';

function recordsOf(reader: LogReader, lines: readonly string[]): readonly LoggedRecord[] {
  return [...lines.map((line, index) => reader.take(line, index + 1)), reader.end()].flatMap(
    (record) => record ?? [],
  );
}

/** What was found wrong, in one line. */
function faultOf(reader: LogReader, lines: readonly string[]): string {
  const fault = recordsOf(reader, lines).find((record) => record.kind === 'fault');
  return fault?.kind === 'fault'
    ? `${fault.line} ${fault.field}: found ${fault.found}, expected ${fault.expected}`
    : '';
}

describe('text of Vowpal Wabbit', () => {
  const block = [
    'shared |User name=Tom age:30',
    '|Action article=sports',
    "0:-1:0.8 'tag |Action article=news",
    '',
  ];

  it('becomes decisions, a block each', () => {
    const records = recordsOf(vwTextReader(), [...block, '', '0:0:0.5 | a', '| b']);
    expect(records).toEqual([
      {
        kind: 'decision',
        line: 1,
        decision: {
          action: 'Action article=news',
          probability: 0.8,
          reward: 1,
          offered: ['Action article=sports', 'Action article=news'],
          context: { User: { 'name=Tom': 1, age: 30 } },
        },
      },
      {
        kind: 'decision',
        line: 6,
        decision: { action: 'a', probability: 0.5, reward: 0, offered: ['a', 'b'] },
      },
    ]);
  });

  it('tells actions of the same features apart by their place', () => {
    const [record] = recordsOf(vwTextReader(), ['|', '0:1:0.5 |', '| x', '| x']);
    expect(record).toMatchObject({
      decision: { action: '#2', offered: ['#1', '#2', 'x', 'x#4'], reward: -1 },
    });
  });

  it.each([
    [
      ['shared | a', '| b', '| c'],
      '1 label: found nothing, expected one line of the block with action:cost:probability',
    ],
    [['1:1:0.5 | a', '2:0:0.5 | b'], '1 label: found "2 labels", expected one line'],
    [['shared | a'], '1 actions: found nothing, expected a line for every action'],
    [['0:1:1.5 | a', '| b'], '1 probability: found "1.5", expected a probability above 0 and up to 1'],
    [['0:1:0 | a'], '1 probability: found "0"'],
    [['0:dear:0.5 | a'], '1 cost: found "dear", expected a number'],
    [['0:1 | a'], '1 probability: found nothing'],
    [['0:1:0.5:7 | a'], '1 label: found "0:1:0.5:7", expected action:cost:probability'],
    [['0:1:0.5 a'], '1 features: found "0:1:0.5 a", expected a bar'],
    [['shared | a:b', '0:1:0.5 | x'], '1 feature: found "b", expected a number'],
    [['shared | a', '| x', '1:1:high | y'], '3 probability: found "high", expected a number'],
    [['shared | a', '| x', '1:1:0.5 y'], '3 features: found "1:1:0.5 y", expected a bar'],
    [['| x', '0:1:0.5 | y', '', '| x', '0:dear:0.5 | y'], '5 cost: found "dear", expected a number'],
  ])('is refused: %j', (lines, words) => {
    expect(faultOf(vwTextReader(), lines)).toContain(words);
  });
});

describe('lines of JSON', () => {
  const entry = {
    _label_cost: -2,
    _label_probability: 0.7,
    _label_Action: 2,
    _labelIndex: 1,
    a: [2, 1],
    p: [0.7, 0.3],
    c: { User: { id: 'ada' }, _multi: [{ a: 1 }, { a: 2 }] },
    target: [0.1, 0.9],
  };
  const take = (more: object, options = {}) =>
    recordsOf(dsjsonReader(options), [JSON.stringify({ ...entry, ...more })])[0];
  const wrong = (more: object, options = {}) =>
    faultOf(dsjsonReader(options), ['', JSON.stringify({ ...entry, ...more })]);

  it('become decisions, probabilities in the order of the actions', () => {
    expect(take({}, { customer: 'c.User.id', target: 'target' })).toEqual({
      kind: 'decision',
      line: 1,
      target: [0.1, 0.9],
      decision: {
        cluster: 'ada',
        context: entry.c,
        action: '{"a":2}',
        probability: 0.7,
        reward: 2,
        offered: ['{"a":1}', '{"a":2}'],
        probabilities: [0.3, 0.7],
      },
    });
    expect(take({ c: undefined, _labelIndex: undefined, _label_Action: undefined })).toMatchObject({
      decision: { action: '#2', offered: ['#1', '#2'] },
    });
  });

  it('are read where their probabilities were rounded to few digits', () => {
    expect(
      take({ a: [1], p: [1.0000001], _label_probability: 1.0000001, _label_Action: 1, _labelIndex: 0 }),
    ).toMatchObject({
      decision: { probability: 1, probabilities: [1] },
    });
    const target = { target: [0.3334, 0.6671] };
    const read = take(target, { target: 'target' }) as { readonly target: readonly number[] };
    expect(read.target[0]).toBeCloseTo(0.3334 / 1.0005, 12);
    expect((read.target[0] ?? 0) + (read.target[1] ?? 0)).toBeCloseTo(1, 12);
  });

  it('are passed over where they are no decision that was carried out', () => {
    expect(take({ _label_cost: undefined, RewardValue: 1 })).toEqual({ kind: 'passed-over', line: 1 });
    expect(take({ _skipLearn: true })).toEqual({ kind: 'passed-over', line: 1 });
  });

  it.each([
    [{ p: [0.7, 0.2] }, {}, '2 p: found [0.7,0.2], expected 2 probabilities that add up to 1'],
    [
      { p: [0, 1], _label_probability: 1e-7 },
      {},
      '2 p: found [0,1], expected a probability above 0 for the chosen action',
    ],
    [{ a: [2, 2] }, {}, '2 a: found [2,2], expected the numbers of all actions'],
    [{ a: [0, 1] }, {}, '2 a: found [0,1]'],
    [
      { _label_probability: 0.4 },
      {},
      '2 _label_probability: found 0.4, expected the probability that "p" gives',
    ],
    [{ _label_cost: null }, {}, '2 _label_cost: found null, expected a number'],
    [{ _labelIndex: 5 }, {}, '2 _label_Action: found 6, expected a number of an action, from 1 to 2'],
    [{ pdrop: 0.5 }, {}, '2 pdrop: found 0.5, expected a log from which no decisions were dropped'],
    [{}, { customer: 'c.User.name' }, '2 c.User.name: found nothing, expected the id of a customer'],
    [
      { target: [0.5, 0.1] },
      { target: 'target' },
      '2 target: found [0.5,0.1], expected 1 probability, or 2 that add up to 1',
    ],
    [{ target: 1.5 }, { target: 'target' }, '2 target: found [1.5], expected probabilities from 0 to 1'],
  ])('are refused: %j', (more, options, words) => {
    expect(wrong(more, options)).toContain(words);
  });

  it('are refused where they are no objects', () => {
    expect(faultOf(dsjsonReader(), ['{"a":'])).toMatch(/^1 line: found .*, expected JSON \(/);
    expect(faultOf(dsjsonReader(), ['[1]'])).toContain('1 line: found [1], expected a JSON object');
  });
});

describe('rows of the Open Bandit data', () => {
  const header =
    ',timestamp,item_id,position,click,propensity_score,user_feature_0,user-item_affinity_0,user-item_affinity_1';
  const first = '0,2019-11-24 00:01:03,1,2,1,0.25,cef,0.0,0.0';

  it('become decisions among all items', () => {
    expect(recordsOf(openBanditReader(), [header, first])).toEqual([
      {
        kind: 'decision',
        line: 2,
        decision: {
          action: '1',
          probability: 0.25,
          reward: 1,
          offered: ['0', '1'],
          context: { timestamp: '2019-11-24 00:01:03', position: '2', user_feature_0: 'cef' },
        },
      },
    ]);
  });

  it('take customer and target from columns, and the number of items from the option', () => {
    const reader = openBanditReader({ customer: 'who', target: 'new', actions: 3 });
    const lines = ['item_id,click,propensity_score,who,new', '2,0,0.5,ada,0.2 0.3 0.5', '0,1,0.5,bob,0.9'];
    expect(recordsOf(reader, lines)).toMatchObject([
      { decision: { cluster: 'ada', offered: ['0', '1', '2'] }, target: [0.2, 0.3, 0.5] },
      { decision: { cluster: 'bob' }, target: { chosen: 0.9 } },
    ]);
  });

  it.each([
    [
      [header, first.replace(',0.25,', ',0,')],
      '2 propensity_score: found "0", expected a probability above 0',
    ],
    [[header, first.replace('03,1,', '03,2,')], '2 item_id: found "2", expected a number from 0 to 1'],
    [[header, first.replace(',1,0.25', ',yes,0.25')], '2 click: found "yes", expected a number'],
    [[header, `${first},`], '2 line: found "10 cells", expected 9 cells, as in the header'],
    [[header, '"0,'], '2 line: found "an open quote", expected a closing quote'],
    [
      ['item_id,click,propensity_score', '0,1,0.5'],
      '1 user-item_affinity_0: found nothing, expected a column for every item',
    ],
    [
      ['item_id,propensity_score,user-item_affinity_0', '0,1'],
      '1 click: found nothing, expected a column of this name',
    ],
  ])('are refused: %j', (lines, words) => {
    expect(faultOf(openBanditReader(), lines)).toContain(words);
  });

  it('are not read at all without their header', () => {
    expect(recordsOf(openBanditReader(), ['item_id,click', '0,1', '0,1'])).toHaveLength(1);
  });
});
