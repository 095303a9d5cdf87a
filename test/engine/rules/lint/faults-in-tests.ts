import { action, test } from './clean-book.ts';
import type { Fault } from './planted-fault.ts';

const atHome = 'ask: { placement: home }';

const contradictions: Readonly<Record<string, Fault>> = {
  'first and out': [
    'NBR_TEST_CONTRADICTION',
    test(`${atHome}\nexpect: { first: voucher, out: { voucher: §suitability } }`),
    '`voucher` in `first` and in `out`',
    'true together',
  ],
  'in a rank and out': [
    'NBR_TEST_CONTRADICTION',
    test(`${atHome}\nexpect: { ranked: [guide, voucher], out: { voucher: §consent } }`),
    '`voucher` in `ranked`',
    'true together',
  ],
  'in and out': [
    'NBR_TEST_CONTRADICTION',
    test(`${atHome}\nexpect: { in: [voucher], out: { voucher: §eligibility } }`),
    '`voucher` in `in`',
    'true together',
  ],
  'two actions in the first rank': [
    'NBR_TEST_CONTRADICTION',
    test(`${atHome}\nexpect: { first: voucher, ranked: [§guide] }`),
    '`guide` in the first rank',
    '`voucher` as `first`',
  ],
  'one action in two ranks': [
    'NBR_TEST_CONTRADICTION',
    test(`${atHome}\nexpect: { ranked: [guide, §guide] }`),
    '`guide` in two ranks',
    'true together',
  ],
  'the fallback and an action': [
    'NBR_TEST_CONTRADICTION',
    test(`${atHome}\nexpect: { first: guide, fallback: §true }`),
    'the fallback and `guide`',
    'only where no action is',
  ],
  'two tests of the same customer': [
    'NBR_TEST_CONTRADICTION',
    `tests:\n  - { name: one, ${atHome}, context: { a: 1 }, expect: { first: guide } }\n  - { name: two, context: { a: 1 }, ${atHome}, expect: { first: §voucher } }`,
    'the test "two"',
    'the test "one" (z/fault.yaml:2)',
  ],
};

const hopeless: Readonly<Record<string, Fault>> = {
  'an action that may not stand there': [
    'NBR_TEST_CANNOT_PASS',
    test('ask: { placement: side }\nexpect: { first: §voucher }'),
    '`voucher` has no treatment that may stand in `side`',
    'expect.first',
  ],
  'an action of another channel in a rank': [
    'NBR_TEST_CANNOT_PASS',
    test('ask: { placement: mail }\nexpect: { ranked: [voucher, §guide] }'),
    'ranked.1',
    '`mail` takes no more than 1',
  ],
  'an action of another channel as good enough': [
    'NBR_TEST_CANNOT_PASS',
    test('ask: { placement: mail }\nexpect: { in: [§guide] }'),
    'in.0',
    '`guide` has no treatment',
  ],
  'an action of another channel as out': [
    'NBR_TEST_CANNOT_PASS',
    test('ask: { placement: mail }\nexpect: { out: { guide: §suitability } }'),
    'no candidate at all',
    'the channel `email`',
  ],
  'more ranks than the placement has': [
    'NBR_TEST_CANNOT_PASS',
    test('ask: { placement: side }\nexpect: { ranked: [club, §guide] }'),
    'takes no more than 1',
    'ranked.1',
  ],
  'a tier that the action does not have': [
    'NBR_TEST_CANNOT_PASS',
    test(`${atHome}\nexpect: { out: { guide: §suitability } }`),
    '`guide` has no `suitability`',
    'out.guide',
  ],
  'a permission that the action does not need': [
    'NBR_TEST_CANNOT_PASS',
    test(`${atHome}\nexpect: { out: { guide: §consent } }`),
    '`guide` has no `purpose`',
    'out.guide',
  ],
  'a policy that there is not': [
    'NBR_TEST_CANNOT_PASS',
    {
      in: 'policies.yaml',
      source:
        'budgets:\n  vouchers: { unit: contacts, total: 1000, period: day }\n---\ntests:\n  - name: extra\n    ask: { placement: home }\n    expect: { out: { guide: §contact-policy } }',
    },
    'no policy speaks of `guide` in `home`',
    'out.guide',
  ],
  'a budget, which is always full': [
    'NBR_TEST_CANNOT_PASS',
    test(`${atHome}\nexpect: { out: { voucher: §budget } }`),
    'every budget is full',
    'out.voucher',
  ],
  'a hold-out, which there is none': [
    'NBR_TEST_CANNOT_PASS',
    test(`${atHome}\nexpect: { out: { voucher: §holdout } }`),
    'nobody is held out',
    'out.voucher',
  ],
  'another placement, which is not asked': [
    'NBR_TEST_CANNOT_PASS',
    test(`${atHome}\nexpect: { out: { voucher: §already-placed } }`),
    'one placement only',
    'out.voucher',
  ],
  'a cost that there is not': [
    'NBR_TEST_CANNOT_PASS',
    test(`${atHome}\nexpect: { out: { guide: §not-worth-its-cost } }`),
    '`guide` has no cost',
    'out.guide',
  ],
  'a treatment that is there': [
    'NBR_TEST_CANNOT_PASS',
    test(`${atHome}\nexpect: { out: { guide: §no-treatment } }`),
    '`guide` has a treatment for `home`',
    'out.guide',
  ],
  'another reason than that there is no treatment': [
    'NBR_TEST_CANNOT_PASS',
    test('ask: { placement: side }\nexpect: { out: { voucher: §eligibility } }'),
    'leaves with `no-treatment`',
    'out.voucher',
  ],
  'rivals that there are not': [
    'NBR_TEST_CANNOT_PASS',
    test(`${atHome}\nexpect: { out: { guide: §outranked } }`),
    '`home` takes 2',
    'out.guide',
  ],
  'the end of an action without one': [
    'NBR_TEST_CANNOT_PASS',
    test(`${atHome}\nexpect: { out: { guide: §not-valid-now } }`),
    '`guide` is valid at that time',
    'out.guide',
  ],
  'an action after its end': [
    'NBR_TEST_CANNOT_PASS',
    `${action('valid: { until: 2027-01-31 }')}---\n${test(`at: 2027-02-01\n${atHome}\nexpect: { first: §extra }`)}`,
    '`extra` is not valid at that time',
    'expect.first',
  ],
  'another reason after its end': [
    'NBR_TEST_CANNOT_PASS',
    `${action('purpose: marketing\nvalid: { until: 2027-01-31 }')}---\n${test(`at: 2027-02-01\n${atHome}\nexpect: { out: { extra: §consent } }`)}`,
    'leaves with `not-valid-now`',
    'out.extra',
  ],
  'the fallback of a placement without one': [
    'NBR_TEST_CANNOT_PASS',
    test('ask: { placement: mail }\nexpect: { fallback: §true }'),
    '`mail` has no fallback',
    'expect.fallback',
  ],
};

const others: Readonly<Record<string, Fault>> = {
  'the same test twice': [
    'NBR_TEST_REPEATED',
    `tests:\n  - { name: one, ${atHome}, context: { a: 1, b: 2 }, expect: { first: guide } }\n  - §{ name: two, context: { b: 2, a: 1 }, ${atHome}, expect: { first: guide } }`,
    'the test "two"',
    'the test "one" (z/fault.yaml:2)',
  ],
  'a test that passes until the action ends': [
    'NBR_TEST_WITHOUT_TIME',
    `${action('valid: { from: 2026-11-01, until: 2027-01-31 }')}---\n${test(`${atHome}\nexpect: { first: extra }`).replace('- name', '- §name')}`,
    'the test "extra"',
    '`extra` is valid until a certain day',
  ],
  'a count in quotes': [
    'NBR_WRONG_FACT_TYPE',
    test(`customer: { features: { orders.count: §"3" } }\n${atHome}\nexpect: { first: guide }`),
    'the text "3"',
    'a whole number, 0 or more',
  ],
  'half an order': [
    'NBR_WRONG_FACT_TYPE',
    test(`customer: { features: { orders.count: §0.5 } }\n${atHome}\nexpect: { first: guide }`),
    'the number 0.5',
    'a whole number, 0 or more',
  ],
  'an order in the future': [
    'NBR_WRONG_FACT_TYPE',
    test(`customer: { features: { orders.days: §-3 } }\n${atHome}\nexpect: { first: guide }`),
    'the number -3',
    'a number, 0 or more',
  ],
};

export const faultsInTests: Readonly<Record<string, Readonly<Record<string, Fault>>>> = {
  'a test that contradicts itself or another one:': contradictions,
  'a test that cannot pass:': hopeless,
  'other slips in tests:': others,
};
