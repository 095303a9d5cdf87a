import { describe, expect, it } from 'vitest';
import { type DiagnosticCode, diagnosticCodes } from '../../../engine/rules/diagnostic-codes.ts';
import { learningFaults } from './faults-in-learning.ts';
import { rankingFaults, weightFaults } from './faults-in-ranking.ts';
import { plantedFaults } from './lint/planted-faults.ts';
import { compileFiles, compileWith, soundFiles } from './sample-book.ts';

/** `code, source, found, expected`: a § marks the place that must be reported; the words must stand in the message. */
type Fault = readonly [code: DiagnosticCode, source: string, found: string, expected: string, hint?: string];

const action = 'action: a\ngroup: g\ntreatments: { t: { channel: web } }\n';
const inCondition = (condition: string) => `${action}eligibility:\n  all:\n    - ${condition}\n`;

const errors: Readonly<Record<string, Fault>> = {
  ...rankingFaults,
  ...learningFaults,
  'an unknown field of an action': [
    'NBR_UNKNOWN_FIELD',
    `${action}§eligability: { all: [] }`,
    '`eligability`',
    '`eligibility`',
    '`eligibility`',
  ],
  'an unknown field of a treatment': [
    'NBR_UNKNOWN_FIELD',
    'action: a\ngroup: g\ntreatments:\n  t: { channel: web, §placement: [home-hero] }',
    '`placement`',
    '`placements`',
    '`placements`',
  ],
  'an unknown field whose value begins on a later line': [
    'NBR_UNKNOWN_FIELD',
    `${action}§eligability:\n  all: []`,
    '`eligability`',
    '`eligibility`',
    '`eligibility`',
  ],
  'a degraded mode without a time': [
    'NBR_MISSING_FIELD',
    'degraded: §{ actions: [win-back] }',
    'found none',
    '`after`',
  ],
  'a degraded mode with an unknown action': [
    'NBR_UNKNOWN_ACTION',
    'degraded: { after: 300ms, actions: [§winback] }',
    '`winback`',
    'an action of the book',
    '`win-back`',
  ],
  'an action for when the store is away that has to be looked up': [
    'NBR_NOT_WHEN_DEGRADED',
    'degraded: { after: 300ms, actions: [§win-back] }',
    'found that `win-back` needs the purpose `marketing`',
    'an action that nothing counts or limits',
    'twin',
  ],
  'an experiment that compares nothing': [
    'NBR_WRONG_EXPERIMENT',
    'experiments: { nothing: §{ salt: a } }',
    'found none',
    'exactly one of `holdout`, `treatments`, `actions`, `challenger`, `modelControl`',
  ],
  'an experiment that compares two things at once': [
    'NBR_WRONG_EXPERIMENT',
    'experiments: { both: §{ holdout: { share: 0.1 }, actions: { arms: { a: [win-back], b: [review] } } } }',
    'found `holdout`, `actions`',
    'exactly one of',
  ],
  'an experiment of an unknown action': [
    'NBR_UNKNOWN_ACTION',
    'experiments: { look: { treatments: { action: §winback, arms: { a: [hero], b: [mail] } } } }',
    '`winback`',
    'an action of the book',
    '`win-back`',
  ],
  'an arm with an unknown treatment': [
    'NBR_UNKNOWN_TREATMENT',
    'experiments: { look: { treatments: { action: win-back, arms: { a: [hero], b: [§heros] } } } }',
    '`heros`',
    'one of the action `win-back`',
    '`hero`',
  ],
  'an arm with an unknown action': [
    'NBR_UNKNOWN_ACTION',
    'experiments: { offer: { actions: { arms: { a: [win-back], b: [§reviews] } } } }',
    '`reviews`',
    'an action of the book',
    '`review`',
  ],
  'one arm alone': [
    'NBR_WRONG_VALUE',
    'experiments: { offer: { actions: { arms: §{ a: [win-back] } } } }',
    'found 1',
    'two arms or more',
  ],
  'arms without any weight': [
    'NBR_WRONG_VALUE',
    'experiments: { offer: { actions: { arms: §{ a: [win-back], b: [review] }, weights: { a: 0, b: 0 } } } }',
    'found no weight',
    'two arms or more',
  ],
  'a weight of an unknown arm': [
    'NBR_UNKNOWN_ARM',
    'experiments: { offer: { actions: { arms: { a: [win-back], b: [review] }, weights: { §c: 2 } } } }',
    'the unknown arm `c`',
    'one of `arms`',
  ],
  'a hold-out of an unknown channel': [
    'NBR_UNKNOWN_CHANNEL',
    'experiments: { control: { holdout: { share: 0.1, match: { channels: [§mail] } } } }',
    '`mail`',
    'one that `channels` defines',
  ],
  'a hold-out of an unknown group': [
    'NBR_UNKNOWN_GROUP',
    'experiments: { control: { holdout: { share: 0.1, match: { groups: [§growth] } } } }',
    '`growth`',
    'a group or issue',
  ],
  'a share above one in an experiment': [
    'NBR_WRONG_VALUE',
    'experiments: { control: { holdout: { share: §1.5 } } }',
    'the number 1.5',
    'a number from 0 to 1',
  ],
  'a model control without a share': [
    'NBR_MISSING_FIELD',
    'experiments: { chance: { modelControl: §{} } }',
    'found none',
    '`share`',
  ],
  'a model control of more than all customers': [
    'NBR_WRONG_VALUE',
    'experiments: { chance: { modelControl: { share: §2 } } }',
    'the number 2',
    'a number from 0 to 1',
  ],
  'a model control of some placements alone': [
    'NBR_UNKNOWN_FIELD',
    'experiments: { chance: { modelControl: { share: 0.02, §match: { placements: [basket] } } } }',
    '`match`',
    '`share`',
  ],
  'a test with an unknown arm of a model control': [
    'NBR_UNKNOWN_ARM',
    'experiments: { chance: { modelControl: { share: 0.02 } } }\ntests:\n  - { name: t, customer: { arms: { chance: §holdout } }, ask: { placement: basket }, expect: { fallback: true } }',
    '`holdout`',
    'one of `control`, `treated`',
  ],
  'a challenger without a folder': [
    'NBR_UNKNOWN_CHALLENGER',
    'experiments: { duel: { challenger: { name: §margin-first, share: 0.5 } } }',
    '`margin-first`',
    'a folder below `challengers/`',
  ],
  'an experiment with the name of the hold-out': [
    'NBR_DUPLICATE',
    'experiments: { universal: §{ holdout: { share: 0.5 } } }',
    '`universal`',
    'another name than that of the hold-out',
  ],
  'a test with an arm of an unknown experiment': [
    'NBR_UNKNOWN_EXPERIMENT',
    'tests:\n  - { name: t, customer: { arms: { look: §a } }, ask: { placement: basket }, expect: { fallback: true } }',
    '`look`',
    'one that `experiments` defines',
  ],
  'a test with an unknown arm': [
    'NBR_UNKNOWN_ARM',
    'tests:\n  - { name: t, customer: { arms: { universal: §held } }, ask: { placement: basket }, expect: { fallback: true } }',
    '`held`',
    'one of `holdout`, `treated`',
  ],
  'a diversity of what a placement has but one of': [
    'NBR_WRONG_VALUE',
    'placements: { list: { channel: web, fallback: {}, diversity: { by: §channel, max: 1 } } }',
    '"channel"',
    'one of `issue`, `group`',
  ],
  'an unknown section': ['NBR_UNKNOWN_FIELD', '§polices: {}', '`polices`', '`policies`', '`policies`'],
  'a misspelled `action`': ['NBR_UNKNOWN_FIELD', '§acton: a\ngroup: g', '`acton`', '`action`', '`action`'],
  'an action without a group': ['NBR_MISSING_FIELD', '§action: a', 'found none', '`group`'],
  'a number for a group': ['NBR_WRONG_TYPE', 'action: a\ngroup: §5', 'the number 5', 'text', 'quotes'],
  'a text for a value': [
    'NBR_WRONG_TYPE',
    `${action}value: §twelve`,
    'the text "twelve"',
    'a number of 0 or more',
  ],
  'an identifier that reads no event': [
    'NBR_BAD_PATH',
    'identity:\n  identifiers:\n    email: { from: §email }',
    '"email"',
    '`properties.revenue`',
    '`properties.email`',
  ],
  'an identifier named like an id of the channels': [
    'NBR_BAD_NAME',
    'identity:\n  identifiers:\n    user: §{ from: traits.user }',
    '"user"',
    'a name of its own',
  ],
  'a limit on an identifier that is not declared': [
    'NBR_UNKNOWN_IDENTIFIER',
    'identity:\n  limits: { user: 1, mail: §5 }',
    '`mail`',
    '`user`, `anonymous`',
    '`identifiers`',
  ],
  'a limit of 0': [
    'NBR_WRONG_VALUE',
    'identity: { limits: { anonymous: §0 } }',
    'the number 0',
    'from 1 to 50',
  ],
  'a value below zero': ['NBR_WRONG_VALUE', `${action}value: §-1`, 'the number -1', 'a number of 0 or more'],
  'a prior without positives': [
    'NBR_WRONG_VALUE',
    `${action}prior: { positives: §0, negatives: 1 }`,
    'the number 0',
    'above 0',
  ],
  'an action name with a dot': ['NBR_BAD_NAME', 'action: §a.b\ngroup: g', '"a.b"', 'letters'],
  'a name that objects inherit': [
    'NBR_BAD_NAME',
    'budgets:\n  toString: §{ unit: contacts, total: 1, period: day }',
    '"toString"',
    'reserve',
  ],
  'a group of three parts': ['NBR_BAD_NAME', 'action: a\ngroup: §x/y/z', '"x/y/z"', '`retention/vouchers`'],
  'a key that reaches the prototype': [
    'NBR_UNSAFE_KEY',
    `${action}cost:\n  constructor: §1`,
    '`constructor`',
    'reserve',
  ],
  'an unsafe key inside content': [
    'NBR_UNSAFE_KEY',
    'action: a\ngroup: g\ntreatments:\n  t: { channel: web, content: { a: [ { __proto__: §{} } ] } }',
    '`__proto__`',
    'reserve',
  ],
  'the same action twice': [
    'NBR_DUPLICATE',
    '§action: win-back\ngroup: g\ntreatments: { t: { channel: web } }',
    '`win-back`',
    'actions/win-back.yaml:1',
  ],
  'the same feature twice': [
    'NBR_DUPLICATE',
    'features:\n  category.last: §{ count: E }',
    '`category.last`',
    'features.yaml:8',
  ],
  'a setting given twice': ['NBR_DUPLICATE', 'currency: §CHF', 'again', 'settings.yaml:1'],
  'a budget that is not defined': [
    'NBR_UNKNOWN_BUDGET',
    `${action}budgets: [§voucher]`,
    '`voucher`',
    '`budgets`',
    '`vouchers`',
  ],
  'a channel that is not defined': [
    'NBR_UNKNOWN_CHANNEL',
    'action: a\ngroup: g\ntreatments:\n  t: { channel: §emial }',
    '`emial`',
    '`channels`',
    '`email`',
  ],
  'a cost for an unknown channel': [
    'NBR_UNKNOWN_CHANNEL',
    `${action}cost: { mail: §1 }`,
    '`mail`',
    '`channels`',
    '`email`',
  ],
  'a placement that is not defined': [
    'NBR_UNKNOWN_PLACEMENT',
    'action: a\ngroup: g\ntreatments:\n  t: { channel: web, placements: [basket, §home-heros] }',
    '`home-heros`',
    '`placements`',
    '`home-hero`',
  ],
  'a placement of another channel': [
    'NBR_WRONG_CHANNEL',
    'action: a\ngroup: g\ntreatments:\n  t: { channel: web, placements: [§mail-slot] }',
    '`mail-slot`',
    '`web`',
  ],
  'a placement of an unknown channel': [
    'NBR_UNKNOWN_CHANNEL',
    'placements:\n  p: { channel: §sms }',
    '`sms`',
    '`channels`',
  ],
  'a limit that is not whole': [
    'NBR_WRONG_VALUE',
    'placements:\n  p: { channel: web, fallback: 1, limit: §1.5 }',
    'the number 1.5',
    'whole number from 1 to 50',
  ],
  'a factor that does not exist': [
    'NBR_WRONG_VALUE',
    'placements:\n  p: { channel: web, fallback: 1, without: [P, §costs] }',
    'the text "costs"',
    '`cost`',
    '`cost`',
  ],
  'a direction that does not exist': [
    'NBR_WRONG_VALUE',
    'channels:\n  sms: { direction: §pushes }',
    'the text "pushes"',
    '`push`',
    '`push`',
  ],
  'an end before its beginning': [
    'NBR_WRONG_VALUE',
    `${action}valid: { from: 2026-02-01, until: §2026-01-01 }`,
    'before',
    'after',
  ],
  'a day that does not exist': [
    'NBR_BAD_DATE',
    `${action}valid: { from: §2026-02-30 }`,
    '"2026-02-30"',
    'a date such as',
  ],
  'a fact that does not exist': [
    'NBR_UNKNOWN_FACT',
    inCondition('{ fact: §orders.count_356d, operator: equal, value: 1 }'),
    '`orders.count_356d`',
    'declared feature',
    '`orders.count_365d`',
  ],
  'a fact of the customer that does not exist': [
    'NBR_UNKNOWN_FACT',
    inCondition('{ fact: §customer.knwon, operator: equal, value: true }'),
    '`customer.knwon`',
    'customer',
    '`customer.known`',
  ],
  'an event fact where there is no event': [
    'NBR_FACT_NOT_HERE',
    inCondition('{ fact: §event.name, operator: equal, value: x }'),
    '`event.name`',
    '`traits.*`',
  ],
  'a customer fact where there is only the event': [
    'NBR_FACT_NOT_HERE',
    'features:\n  f: { count: E, where: { fact: §traits.x, operator: equal, value: 1 } }',
    '`traits.x`',
    '`event.*`',
  ],
  'a named condition that reads what is not there': [
    'NBR_FACT_NOT_HERE',
    'features:\n  f: { count: E, where: { condition: §at-ease } }',
    '`context.weather`',
    '`event.*`',
  ],
  'an operator that does not exist': [
    'NBR_UNKNOWN_OPERATOR',
    inCondition('{ fact: traits.x, operator: §greatherThan, value: 1 }'),
    '`greatherThan`',
    '`greaterThan`',
    '`greaterThan`',
  ],
  'an operator as other languages write it': [
    'NBR_UNKNOWN_OPERATOR',
    inCondition('{ fact: traits.x, operator: §">=", value: 1 }'),
    '`>=`',
    '`greaterThan`',
    '`greaterThanInclusive`',
  ],
  'a decorator that does not exist': [
    'NBR_UNKNOWN_DECORATOR',
    inCondition('{ fact: traits.x, operator: §"som:in", value: [1] }'),
    '`som`',
    '`someFact`',
  ],
  'a number for `in`': [
    'NBR_WRONG_VALUE',
    inCondition('{ fact: traits.x, operator: "not:in", value: §1 }'),
    'the number 1',
    'a list for `in`',
  ],
  'a text for `someValue`': [
    'NBR_WRONG_VALUE',
    inCondition('{ fact: traits.x, operator: "someValue:equal", value: §a }'),
    'the text "a"',
    'a list',
  ],
  'a pattern that does not compile': [
    'NBR_BAD_PATTERN',
    inCondition('{ fact: traits.x, operator: matches, value: §"boots (red" }'),
    'character 7: a `(` is never closed',
    'a regular expression',
    '`boots `',
  ],
  'one bad pattern in a list': [
    'NBR_BAD_PATTERN',
    inCondition('{ fact: traits.x, operator: "someValue:matches", value: [a, §"b**"] }'),
    'character 2',
    'a regular expression',
  ],
  'a number for `startsWith`': [
    'NBR_WRONG_TYPE',
    inCondition('{ fact: traits.x, operator: startsWith, value: [a, §5] }'),
    'the number 5',
    'text',
  ],
  'an empty text for `endsWith`': [
    'NBR_WRONG_VALUE',
    inCondition('{ fact: traits.x, operator: endsWith, value: §"" }'),
    'the text ""',
    'text that is not empty',
  ],
  'a list of three for `between`': [
    'NBR_WRONG_VALUE',
    inCondition('{ fact: traits.x, operator: between, value: §[1, 2, 3] }'),
    'a list of 3',
    'two numbers',
  ],
  'a range from high to low': [
    'NBR_WRONG_VALUE',
    inCondition('{ fact: traits.x, operator: between, value: [§50, 10] }'),
    'the number 50',
    'at most 10',
    '[10, 50]',
  ],
  'a date that is none for `before`': [
    'NBR_BAD_DATE',
    inCondition('{ fact: now, operator: before, value: §2026-02-30 }'),
    '2026-02-30',
    'a date such as',
  ],
  'a time without minutes': [
    'NBR_BAD_DATE',
    inCondition('{ fact: now, operator: timeBetween, value: ["22:00", §"6"] }'),
    'the text "6"',
    'a time of day',
    'two digits',
  ],
  'a period without any time in it': [
    'NBR_WRONG_VALUE',
    inCondition('{ fact: now, operator: timeBetween, value: §["06:00", "06:00"] }'),
    'a list',
    'lasts some time',
    '24:00',
  ],
  'one time of day': [
    'NBR_WRONG_TYPE',
    inCondition('{ fact: now, operator: timeBetween, value: §"22:00" }'),
    'the text "22:00"',
    'a list of two times',
  ],
  'a weekday in full': [
    'NBR_WRONG_VALUE',
    inCondition('{ fact: now, operator: weekdayIn, value: [sat, §Sunday] }'),
    'the text "Sunday"',
    '`sun`',
    'Write `sun`',
  ],
  'a time for `dateBetween`': [
    'NBR_BAD_DATE',
    inCondition('{ fact: now, operator: dateBetween, value: [2026-12-01, §"2026-12-24T10:00"] }'),
    '2026-12-24T10:00',
    'a date',
    '`before`',
  ],
  'dates from last to first': [
    'NBR_WRONG_VALUE',
    inCondition('{ fact: now, operator: dateBetween, value: [§2026-12-24, 2026-12-01] }'),
    '2026-12-24',
    'not after',
  ],
  'a `false` for `anniversaryToday`': [
    'NBR_WRONG_VALUE',
    inCondition('{ fact: traits.birthday, operator: anniversaryToday, value: §false }'),
    'false',
    '`true`',
    '`not:`',
  ],
  'a place off the globe': [
    'NBR_WRONG_VALUE',
    inCondition('{ fact: context.at, operator: withinKm, value: { of: §[91, 0], km: 5 } }'),
    'a list',
    'latitude',
    'north',
  ],
  'a distance without a unit': [
    'NBR_MISSING_FIELD',
    inCondition('{ fact: context.at, operator: withinKm, value: §{ of: [59.9, 10.7] } }'),
    'found none',
    '`km`',
  ],
  'an unknown fact to be near to': [
    'NBR_UNKNOWN_FACT',
    inCondition('{ fact: context.at, operator: withinKm, value: { of: { fact: §contxt.store }, km: 5 } }'),
    '`contxt.store`',
    'features',
    '`context.store`',
  ],
  'a swapped pattern': [
    'NBR_WRONG_OPERATOR',
    inCondition('{ fact: traits.x, operator: "swap:matches", value: §a }'),
    '`swap:`',
    'written out',
  ],
  'a fact for a place and a distance': [
    'NBR_WRONG_VALUE',
    inCondition('{ fact: traits.x, operator: withinKm, value: §{ fact: traits.y } }'),
    'found a fact',
    'written out',
  ],
  'an unknown segment': [
    'NBR_UNKNOWN_SEGMENT',
    `segments: { lapsed: { when: { fact: customer.known, operator: equal, value: true } } }\n---\n${inCondition('{ fact: customer, operator: inSegment, value: [lapsed, §lapsd] }')}`,
    '`lapsd`',
    '`segments`',
    '`lapsed`',
  ],
  'a segment asked of another fact': [
    'NBR_WRONG_OPERATOR',
    inCondition('{ fact: §customer.known, operator: inSegment, value: x }'),
    '`customer.known`',
    '`customer`',
    'fact: customer,',
  ],
  'a decorator before `inSegment`': [
    'NBR_WRONG_OPERATOR',
    inCondition('{ fact: customer, operator: §"someValue:inSegment", value: at-ease }'),
    '`someValue:`',
    '`not:`',
  ],
  'the customer compared with something': [
    'NBR_UNKNOWN_FACT',
    inCondition('{ fact: §customer, operator: equal, value: 1 }'),
    '`customer`',
    'features',
    '`inSegment`',
  ],
  'a segment on the request': [
    'NBR_FACT_NOT_HERE',
    'segments: { indoors: { when: { fact: §context.weather, operator: equal, value: rain } } }',
    '`context.weather`',
    'in a segment',
  ],
  'a segment on a condition on the request': [
    'NBR_FACT_NOT_HERE',
    'segments: { at-ease: { when: { condition: §at-ease } } }',
    '`context.weather`',
    'in a segment',
  ],
  'a circle of segments and conditions': [
    'NBR_CONDITION_CYCLE',
    'conditions:\n  one: { fact: customer, operator: inSegment, value: two }\nsegments:\n  two: { when: { condition: §one } }',
    'one -> two -> one',
    'end somewhere',
  ],
  'a segment over what enters and leaves segments': [
    'NBR_SEGMENT_LOOP',
    'features:\n  moves: { count: Segment Entered }\nsegments: { restless: { when: §{ fact: moves, operator: greaterThan, value: 3 } } }',
    '`Segment Entered`',
    'facts that no segment changes',
  ],
  'a ratio of what enters segments in a segment': [
    'NBR_SEGMENT_LOOP',
    'features:\n  moves: { count: Segment Left }\n  all: { count: Visit }\n  share: { ratio: moves, over: all }\nsegments: { restless: { when: §{ fact: share, operator: greaterThan, value: 3 } } }',
    '`Segment Left`',
    'facts that no segment changes',
  ],
  'a segment whose value is no feature': [
    'NBR_UNKNOWN_FACT',
    'segments: { rich: { when: { fact: traits.tier, operator: equal, value: gold }, value: §orders.valu } }',
    'unknown feature `orders.valu`',
    '`features`',
  ],
  'a change outside of triggers': [
    'NBR_FACT_NOT_HERE',
    inCondition('{ fact: traits.tier, operator: §changed, value: true }'),
    '`changed`',
    'trigger without `wait`',
  ],
  'a condition on a change outside of triggers': [
    'NBR_FACT_NOT_HERE',
    `conditions: { up: { fact: traits.tier, operator: changed, value: true } }\n---\n${inCondition('{ condition: §up }')}`,
    'what `traits.tier` was before the event',
    'features',
  ],
  'a change when a wait is over': [
    'NBR_FACT_NOT_HERE',
    'triggers: { t: { on: E, ask: mail-slot, wait: 1h, when: { fact: traits.tier, operator: §changed, value: true } } }',
    '`changed`',
    'without `wait`',
  ],
  'a change of the request': [
    'NBR_WRONG_OPERATOR',
    'triggers: { t: { on: E, ask: mail-slot, when: { fact: §context.x, operator: changed, value: true } } }',
    '`context.x`',
    'a feature',
  ],
  'a change into nothing in particular': [
    'NBR_WRONG_VALUE',
    'triggers: { t: { on: E, ask: mail-slot, when: { fact: traits.x, operator: changed, value: §{} } } }',
    'a map',
    '`{ from, to }`',
  ],
  'a misspelt side of a change': [
    'NBR_UNKNOWN_FIELD',
    'triggers: { t: { on: E, ask: mail-slot, when: { fact: traits.x, operator: changed, value: { §too: gold } } } }',
    '`too`',
    '`to`',
    '`to`',
  ],
  "the customer's clock in a condition on an event": [
    'NBR_FACT_NOT_HERE',
    'features: { f: { count: E, where: { fact: event.timestamp, operator: §weekdayIn, value: sat } } }',
    '`customer.timeZone`',
    '`event.*`',
  ],
  'a personal place that is nowhere': [
    'NBR_BAD_PATH',
    'privacy: { personal: [§email] }',
    '"email"',
    '`traits.email`',
  ],
  'a personal place with `event.`': [
    'NBR_BAD_PATH',
    'privacy: { personal: [§event.properties.phone] }',
    '"event.properties.phone"',
    '`traits.email`',
    'Leave out `event.`',
  ],
  'an identifier that shows a personal value': [
    'NBR_PERSONAL_IDENTIFIER',
    'privacy: { personal: [traits.email] }\nidentity: { identifiers: { mail: §{ from: traits.email } } }',
    '`traits.email` without it',
    '`hash: true`',
  ],
  'an expiry of a refusal': [
    'NBR_CONFLICTING_FIELDS',
    'consent: [ { on: A, denies: p, §expires: 30d } ]',
    '`expires` beside `denies`',
    '`grants`',
  ],
  'an expiry from nowhere': [
    'NBR_BAD_PATH',
    'consent: [ { on: A, grants: p, expiresAt: §validUntil } ]',
    '"validUntil"',
    '`properties.revenue`',
    '`properties.validUntil`',
  ],
  'a time zone that is none': ['NBR_WRONG_VALUE', 'timeZone: §Europe/Olso', '"Europe/Olso"', 'IANA'],
  'a feature called like the present': [
    'NBR_BAD_NAME',
    'features:\n  now: §{ count: E }',
    '`now`',
    '`traits`',
  ],
  'a condition without a value': [
    'NBR_MISSING_FIELD',
    inCondition('§{ fact: traits.x, operator: equal }'),
    'found none',
    '`value`',
  ],
  'a condition with params': [
    'NBR_UNKNOWN_FIELD',
    inCondition('{ fact: traits.x, operator: equal, value: 1, §params: { a: 1 } }'),
    '`params`, which is unknown here',
    '`path`',
  ],
  'a condition that is none': [
    'NBR_BAD_CONDITION',
    inCondition('§{ some: [] }'),
    '`some`',
    '`all`, `any`, `not`',
  ],
  'two forms in one condition': [
    'NBR_CONFLICTING_FIELDS',
    inCondition('§{ all: [ { condition: at-ease } ], any: [ { condition: at-ease } ] }'),
    '`all`, `any` together',
    'one of',
    'Nest',
  ],
  'a list for `not`': ['NBR_WRONG_TYPE', inCondition('{ not: §[] }'), 'an empty list', 'a condition'],
  'a condition that is a text': ['NBR_WRONG_TYPE', inCondition('§yes'), 'the text "yes"', 'a condition'],
  'a path with a wildcard': [
    'NBR_BAD_PATH',
    inCondition('{ fact: traits.x, operator: equal, value: 1, path: §"$.a[*]" }'),
    '"$.a[*]"',
    'a chain of properties',
  ],
  'a path with a filter on the right': [
    'NBR_BAD_PATH',
    inCondition('{ fact: traits.x, operator: equal, value: { fact: traits.y, path: §$..a } }'),
    '"$..a"',
    'a chain of properties',
  ],
  'a named condition that does not exist': [
    'NBR_UNKNOWN_CONDITION',
    inCondition('{ condition: §at-eas }'),
    '`at-eas`',
    '`conditions`',
    '`at-ease`',
  ],
  'a circle of named conditions': [
    'NBR_CONDITION_CYCLE',
    'conditions:\n  one: { not: { condition: two } }\n  two: { all: [ { condition: §one } ] }',
    'one -> two -> one',
    'end somewhere',
  ],
  'a feature without a kind': [
    'NBR_MISSING_FIELD',
    'features:\n  f: §{ within: 3d }',
    'found none',
    '`count`, `sum`',
  ],
  'a feature of two kinds': [
    'NBR_CONFLICTING_FIELDS',
    'features:\n  f: §{ count: A, sum: A, of: properties.x }',
    '`count`, `sum`',
    'one of',
  ],
  'a sum of nothing': ['NBR_MISSING_FIELD', 'features:\n  f: §{ sum: A }', 'found none', '`of`'],
  'a recency with a window': [
    'NBR_CONFLICTING_FIELDS',
    'features:\n  f: { recency: A, within: §3d }',
    'found one',
    'no `within`',
  ],
  'an average of nothing': ['NBR_MISSING_FIELD', 'features:\n  f: §{ avg: A }', 'found none', '`of`'],
  'something that fades without a half-life': [
    'NBR_MISSING_FIELD',
    'features:\n  f: §{ decayed: A }',
    'found none',
    '`halfLife`',
  ],
  'a half-life of a count': [
    'NBR_CONFLICTING_FIELDS',
    'features:\n  f: { count: A, halfLife: §14d }',
    'found one',
    'no `halfLife`',
  ],
  'a score in a window': [
    'NBR_CONFLICTING_FIELDS',
    'features:\n  f: { score: { A: 1 }, halfLife: 1d, within: §3d }',
    'found one',
    'no `within`',
  ],
  'points that are no number': [
    'NBR_WRONG_TYPE',
    'features:\n  f: { score: { A: §many }, halfLife: 1d }',
    'the text "many"',
    'a number',
  ],
  'a window that is no word of the calendar': [
    'NBR_BAD_DURATION',
    'features:\n  f: { count: A, within: §this decade }',
    '"this decade"',
    '`this year`',
  ],
  'an average told apart': [
    'NBR_CONFLICTING_FIELDS',
    'features:\n  f: { avg: A, of: properties.x, by: §properties.y }',
    'found one',
    'no `by`',
  ],
  'a policy of no kind': ['NBR_MISSING_FIELD', 'policies:\n  p: §{ scope: action }', 'found none', '`limit`'],
  'a policy of two kinds': [
    'NBR_CONFLICTING_FIELDS',
    'policies:\n  p: §{ scope: action, limit: 1, within: 1d, pause: 2d }',
    'found `limit`, `pause`',
    'one of `limit`',
    'two policies',
  ],
  'a cap without a window': [
    'NBR_MISSING_FIELD',
    'policies:\n  p: §{ scope: action, limit: 1 }',
    'found none',
    '`within` beside `limit`',
  ],
  'a cap beyond what a ledger holds': [
    'NBR_WRONG_VALUE',
    'policies:\n  p: { scope: action, limit: §1001, within: 1d }',
    'the number 1001',
    'from 0 to 1000',
  ],
  'a window of caps that is no word of it': [
    'NBR_BAD_DURATION',
    'policies:\n  p: { scope: action, limit: 1, within: §today }',
    '"today"',
    'a duration',
  ],
  'a scope of what is forbidden': [
    'NBR_CONFLICTING_FIELDS',
    'policies:\n  p: { scope: §action, forbid: true }',
    'found one',
    'no `scope` beside `forbid`',
  ],
  'a reservation of what counts at once': [
    'NBR_CONFLICTING_FIELDS',
    'policies:\n  p: { scope: action, limit: 1, within: 1d, reserve: §10m }',
    'found it beside `decided`',
    'an outcome',
    'no reservation',
  ],
  'visits without their feature': [
    'NBR_MISSING_FIELD',
    'policies:\n  p: §{ scope: action, limit: 1, within: visit }',
    'found none',
    '`visits`',
    '`sessions`',
  ],
  'visits of another feature': [
    'NBR_WRONG_VALUE',
    'features:\n  f: { count: A }\npolicies:\n  p: { scope: action, limit: 1, within: visit, visits: §f }',
    'found `f`',
    'the kind `sessions`',
  ],
  'visits beside another window': [
    'NBR_CONFLICTING_FIELDS',
    'features:\n  f: { sessions: A, gap: 30m }\npolicies:\n  p: { scope: action, limit: 1, within: 1d, visits: §f }',
    'found one',
    '`within: visit`',
  ],
  'hours that last no time': [
    'NBR_WRONG_VALUE',
    'policies:\n  p: { hours: { from: "09:00", until: §"09:00" } }',
    'alike',
    'some time',
    '24:00',
  ],
  'an hour that is none': [
    'NBR_BAD_DATE',
    'policies:\n  p: { hours: { from: §"9", until: "20:00" } }',
    '"9"',
    'a time of day',
  ],
  'a relation to nothing': [
    'NBR_MISSING_FIELD',
    'policies:\n  p: { notAfter: §{ within: 1d } }',
    'found neither',
    '`actions` or `groups`',
  ],
  'an exclusive choice of one action': [
    'NBR_WRONG_VALUE',
    'policies:\n  p: { scope: §action, exclusive: { within: 1d } }',
    'found `action`',
    'several actions share',
  ],
  'a mandatory action over an unknown policy': [
    'NBR_UNKNOWN_POLICY',
    'policies:\n  weekly: { scope: action, pause: 7d }\n---\naction: a\ngroup: g\nmandatory: { overrides: [§weakly] }\ntreatments: { t: { channel: web } }',
    '`weakly`',
    '`policies` defines',
    '`weekly`',
  ],
  'sessions without a gap': ['NBR_MISSING_FIELD', 'features:\n  f: §{ sessions: A }', 'found none', '`gap`'],
  'edges of fifths that go down': [
    'NBR_WRONG_VALUE',
    'features:\n  f:\n    rfm: A\n    of: properties.x\n    edges: { recency: §[9, 5, 3, 1], frequency: [1, 2, 3, 4], monetary: [1, 2, 3, 4] }',
    'a list',
    'none smaller than the one before it',
  ],
  'edges of fifths that are too few': [
    'NBR_WRONG_VALUE',
    'features:\n  f:\n    rfm: A\n    of: properties.x\n    edges: { recency: [1, 2, 3, 4], frequency: §[1, 2], monetary: [1, 2, 3, 4] }',
    'a list',
    'a list of four numbers',
  ],
  'a ratio without a second feature': [
    'NBR_MISSING_FIELD',
    'features:\n  n: { count: A }\n  f: §{ ratio: n }',
    'found none',
    '`over`',
  ],
  'a ratio of a feature that does not exist': [
    'NBR_UNKNOWN_FACT',
    'features:\n  clicks: { count: A }\n  f: { ratio: clicks, over: §opens }',
    '`opens`',
    '`features`',
  ],
  'a ratio of a text': [
    'NBR_WRONG_VALUE',
    'features:\n  n: { count: A }\n  t: { last: A, of: properties.x }\n  f: { ratio: n, over: §t }',
    '`t`',
    'one number',
  ],
  'a ratio of a ratio': [
    'NBR_WRONG_VALUE',
    'features:\n  n: { count: A }\n  r: { ratio: n, over: n }\n  f: { ratio: §r, over: n }',
    '`r`',
    'one number',
  ],
  'a ratio with a condition': [
    'NBR_CONFLICTING_FIELDS',
    'features:\n  n: { count: A }\n  f: { ratio: n, over: n, lateness: §1d }',
    'found one',
    'no `lateness`',
  ],
  'a feature with the name of a part of another': [
    'NBR_BAD_NAME',
    'features:\n  visits: { sessions: page, gap: 30m }\n  visits.duration: §{ count: A }',
    '`visits.duration`',
    'does not begin with `visits.`',
  ],
  'a part that a feature does not have': [
    'NBR_UNKNOWN_FACT',
    `features:\n  visits: { sessions: page, gap: 30m }\n---\n${inCondition('{ fact: §visits.length, operator: greaterThan, value: 1 }')}`,
    '`visits.length`',
    'a declared feature',
  ],
  'a feature in a name space of facts': [
    'NBR_BAD_NAME',
    'features:\n  traits.x: §{ count: A }',
    '`traits.x`',
    'does not begin',
  ],
  'a feature of no event': [
    'NBR_WRONG_VALUE',
    'features:\n  f: { count: §[] }',
    'an empty list',
    'at least 1',
  ],
  'a place that is not in an event': [
    'NBR_BAD_PATH',
    'features:\n  f: { sum: A, of: §revenue }',
    '"revenue"',
    '`properties.revenue`',
    '`properties.revenue`',
  ],
  'a duration in months': [
    'NBR_BAD_DURATION',
    'features:\n  f: { count: A, within: §3 months }',
    '"3 months"',
    '`7d`',
  ],
  'a window of no length': [
    'NBR_BAD_DURATION',
    'features:\n  f: { count: A, within: §0d }',
    '"0d"',
    '1 ms or more',
  ],
  'an unknown group in a match': [
    'NBR_UNKNOWN_GROUP',
    'policies:\n  p: { scope: group, match: { groups: [§retention/voucher] }, limit: 1, within: 1d }',
    '`retention/voucher`',
    'a group or issue',
    '`retention/vouchers`',
  ],
  'an unknown action in a match': [
    'NBR_UNKNOWN_ACTION',
    'policies:\n  p: { scope: action, match: { actions: [§winback] }, limit: 1, within: 1d }',
    '`winback`',
    'an action',
    '`win-back`',
  ],
  'a scope that does not exist': [
    'NBR_WRONG_VALUE',
    'policies:\n  p: { scope: §person, limit: 1, within: 1d }',
    'the text "person"',
    '`customer`',
  ],
  'a fraction of a contact in a budget': [
    'NBR_WRONG_VALUE',
    'budgets:\n  b: { unit: contacts, total: §1.5, period: day }',
    'the number 1.5',
    'a whole number',
  ],
  'a budget without a period': [
    'NBR_MISSING_FIELD',
    'budgets:\n  b: §{ unit: contacts, total: 1 }',
    'found none',
    '`period` or `campaign`',
    '`period: total`',
  ],
  'a budget with a period and a campaign': [
    'NBR_CONFLICTING_FIELDS',
    'budgets:\n  b: §{ unit: contacts, total: 1, period: day, campaign: { from: 2026-01-01, until: 2026-01-02 } }',
    'found both',
    'either `period` or `campaign`',
  ],
  'a campaign that ends before it begins': [
    'NBR_WRONG_VALUE',
    'budgets:\n  b: { unit: contacts, total: 1, campaign: { from: 2026-01-05, until: §2026-01-02 } }',
    'found it before or at it',
    '`until` after `from`',
  ],
  'a pace for ever': [
    'NBR_CONFLICTING_FIELDS',
    'budgets:\n  b: { unit: contacts, total: 1, period: total, pace: §even }',
    'found `even`',
    'no `pace` beside `period: total`',
    '`campaign`',
  ],
  'a pace that does not exist': [
    'NBR_WRONG_VALUE',
    'budgets:\n  b: { unit: contacts, total: 1, period: day, pace: §fast }',
    'the text "fast"',
    '`even`',
  ],
  'an unknown channel that a budget matches': [
    'NBR_UNKNOWN_CHANNEL',
    'budgets:\n  b: { unit: contacts, total: 1, period: day, match: { channels: [§wep] } }',
    '`wep`',
    '`channels`',
    '`web`',
  ],
  'an unknown group that a budget matches': [
    'NBR_UNKNOWN_GROUP',
    'budgets:\n  b: { unit: contacts, total: 1, period: day, match: { groups: [§nothing/at-all] } }',
    '`nothing/at-all`',
    'a group or issue',
  ],
  'a trigger that asks a pull placement': [
    'NBR_WRONG_CHANNEL',
    'triggers:\n  t: { on: E, ask: §home-hero }',
    'pull',
    'push',
  ],
  'a trigger without an event': [
    'NBR_MISSING_FIELD',
    'triggers:\n  t: §{ ask: mail-slot }',
    'found none',
    '`on`',
  ],
  'an outcome without an event': [
    'NBR_MISSING_FIELD',
    'outcomes:\n  o: §{ outcome: click, within: 1d }',
    'found none',
    '`on`',
  ],
  'an outcome that does not exist': [
    'NBR_WRONG_VALUE',
    'outcomes:\n  o: { on: E, outcome: §clicked, within: 1d }',
    'the text "clicked"',
    '`click`',
    '`click`',
  ],
  'a value of what is worth nothing by itself': [
    'NBR_CONFLICTING_FIELDS',
    'outcomes:\n  o: { on: E, outcome: click, within: 1d, value: §properties.revenue }',
    'found it beside the outcome `click`',
    'a value of a `conversion` alone',
    'Leave `value` out',
  ],
  'a value that is no place in the event': [
    'NBR_BAD_PATH',
    'outcomes:\n  o: { on: E, outcome: conversion, within: 1d, value: §revenue }',
    'found "revenue"',
    'a place in the event',
    'properties.revenue',
  ],
  'a consent rule that changes nothing': [
    'NBR_MISSING_FIELD',
    'consent:\n  - §{ on: E }',
    'found none',
    '`grants`',
  ],
  'a consent rule that says two things': [
    'NBR_CONFLICTING_FIELDS',
    'consent:\n  - §{ on: E, grants: a, denies: a }',
    '`grants`, `denies`',
    'exactly one',
  ],
  'a template with a fault': [
    'NBR_BAD_TEMPLATE',
    'action: a\ngroup: g\ntreatments:\n  t: { channel: web, content: { list: [ §"Hi {{ name" ] } }',
    'never closed',
    'a sound template',
  ],
  'a test that asks nowhere': [
    'NBR_UNKNOWN_PLACEMENT',
    'tests:\n  - name: x\n    ask: { placement: §home }\n    expect: { fallback: true }',
    '`home`',
    '`placements`',
  ],
  'a test of a feature that does not exist': [
    'NBR_UNKNOWN_FACT',
    'tests:\n  - name: x\n    customer: { features: { orders: §1 } }\n    ask: { placement: basket }\n    expect: { fallback: true }',
    '`orders`',
    '`features`',
  ],
  'a test with an unknown reason': [
    'NBR_WRONG_VALUE',
    'tests:\n  - name: x\n    ask: { placement: basket }\n    expect: { out: { win-back: §eligibilty } }',
    'the text "eligibilty"',
    '`eligibility`',
    '`eligibility`',
  ],
  'an unknown trigger in a test': [
    'NBR_UNKNOWN_TRIGGER',
    'tests:\n  - name: x\n    event: { name: Cart Left }\n    ask: { placement: basket }\n    expect: { triggers: [§cart-lft] }',
    '`cart-lft`',
    '`triggers`',
    'cart-left',
  ],
  'a test of triggers without an event': [
    'NBR_MISSING_FIELD',
    'tests:\n  - name: x\n    ask: { placement: basket }\n    expect: { triggers: §[cart-left] }',
    'found none',
    '`event`',
  ],
  'a document that is a text': ['NBR_WRONG_TYPE', '§hello', 'the text "hello"', 'a map'],
  'an overlay without attributes': [
    'NBR_WRONG_VALUE',
    'overlays:\n  o: { attributes: §{} }',
    'found 0',
    '1 to 64 attributes',
  ],
  'an attribute of a kind that does not exist': [
    'NBR_WRONG_VALUE',
    'overlays:\n  o: { attributes: { a: §string } }',
    'the text "string"',
    '`number`, `text`, `flag`',
  ],
  'an overlay with a dot in its name': [
    'NBR_BAD_NAME',
    'overlays:\n  o.p: §{ attributes: { a: text } }',
    '"o.p"',
    'letters',
  ],
  'a service of a table': [
    'NBR_CONFLICTING_FIELDS',
    'overlays:\n  o: { attributes: { a: text }, key: traits.p, service: §{ url: "https://x.example/" } }',
    'found one',
    'no `service` beside `key`',
  ],
  'a file of customers beside the rules': [
    'NBR_CONFLICTING_FIELDS',
    'overlays:\n  o: { attributes: { a: text }, file: §a.csv }',
    'found one',
    'no `file` without `key`',
  ],
  'a table beside the rules that expires': [
    'NBR_CONFLICTING_FIELDS',
    'overlays:\n  o: { attributes: { a: text }, key: traits.p, file: a.csv, expires: §3d }',
    'found one',
    'no `expires` beside `file`',
    'as long as it lies there',
  ],
  'a table that is not there': [
    'NBR_MISSING_TABLE',
    'overlays:\n  o: { attributes: { a: text }, key: traits.p, file: §data/a.csv }',
    '"data/a.csv"',
    'a file of the rules folder',
    'data/postcodes.csv',
  ],
  'a table of another format': [
    'NBR_WRONG_VALUE',
    'overlays:\n  o: { attributes: { a: text }, key: traits.p, file: §a.parquet }',
    '"a.parquet"',
    '`.csv`',
    'nextbest overlay load',
  ],
  'a key that is no fact': [
    'NBR_UNKNOWN_FACT',
    'overlays:\n  o: { attributes: { a: text }, key: §trait.postcode }',
    '`trait.postcode`',
    '`traits.*`',
  ],
  'a key that is the moment': [
    'NBR_FACT_NOT_HERE',
    'overlays:\n  o: { attributes: { a: text }, key: §now }',
    '`now`',
    '`traits.*`',
  ],
  'an overlay by an identifier that is not declared': [
    'NBR_WRONG_VALUE',
    'overlays:\n  o: { attributes: { a: text }, by: §userID }',
    '"userID"',
    '`userId`, `anonymousId`',
    '`userId`',
  ],
  'an address that is none': [
    'NBR_WRONG_VALUE',
    'overlays:\n  o: { attributes: { a: text }, service: { url: §"https://{{ traits.host }}/x" } }',
    'traits.host',
    'https://scores.example',
    'behind the host',
  ],
  'a gap that a service may not be told': [
    'NBR_BAD_TEMPLATE',
    'overlays:\n  o: { attributes: { a: text }, service: { url: §"https://x.example/{{ context.city }}" } }',
    '`{{ context.city }}`',
    '`customer.id`',
  ],
  'a service that is waited for too long': [
    'NBR_WRONG_VALUE',
    'overlays:\n  o: { attributes: { a: text }, service: { url: "https://x.example/", timeout: §2s } }',
    '2000ms',
    'at most 500ms',
  ],
  'a header with a secret of the server': [
    'NBR_WRONG_VALUE',
    'overlays:\n  o: { attributes: { a: text }, service: { url: "https://x.example/", headers: { X-Key: §NEXTBEST_REDIS_URL } } }',
    'NEXTBEST_REDIS_URL',
    '`ENRICH_`',
  ],
  'an attribute that an overlay does not have': [
    'NBR_UNKNOWN_FACT',
    `overlays:\n  o: { attributes: { churn: number } }\n---\n${inCondition('{ fact: §overlay.o.chrun, operator: greaterThan, value: 1 }')}`,
    '`overlay.o.chrun`',
    '`overlay.*`',
    '`overlay.o.churn`',
  ],
  'an overlay that does not exist': [
    'NBR_UNKNOWN_FACT',
    inCondition('{ fact: §overlay.o.churn, operator: greaterThan, value: 1 }'),
    '`overlay.o.churn`',
    '`overlay.*`',
  ],
  'a segment by what a request brings': [
    'NBR_FACT_NOT_HERE',
    'overlays:\n  o: { attributes: { a: text }, key: context.city }\nsegments:\n  s: { when: { fact: §overlay.o.a, operator: equal, value: x } }',
    '`overlay.o.a`',
    'in a segment',
  ],
  'a test with an attribute that does not exist': [
    'NBR_UNKNOWN_FACT',
    `overlays:\n  o: { attributes: { churn: number } }\ntests:\n  - name: t\n    customer: { overlay: { o: { chrun: §1 } } }\n    ask: { placement: home-hero }\n    expect: { fallback: false }`,
    '`overlay.o.chrun`',
    '`overlays`',
    '`overlay.o.churn`',
  ],
};

const warnings: Readonly<Record<string, Fault>> = {
  'an action without a treatment': [
    'NBR_ACTION_WITHOUT_TREATMENT',
    '§action: a\ngroup: g',
    'found none',
    'a treatment',
  ],
  'a treatment that no placement can show': [
    'NBR_TREATMENT_NOWHERE',
    'channels: { sms: { direction: push } }\n---\naction: a\ngroup: g\ntreatments:\n  t: §{ channel: sms }',
    'found none',
    'a placement of the channel `sms`',
  ],
  'a pull placement without a fallback': [
    'NBR_NO_FALLBACK',
    'placements:\n  p: §{ channel: web }',
    'found none',
    '`fallback`',
  ],
  'a test that asserts nothing': [
    'NBR_TEST_ASSERTS_NOTHING',
    'tests:\n  - name: x\n    ask: { placement: basket }\n    expect: §{}',
    'found none',
    '`first`',
  ],
  'an empty `any`': [
    'NBR_EMPTY_CONDITION',
    `${action}eligibility: { any: §[] }`,
    'always holds',
    'at least one',
  ],
  'an empty document': ['NBR_EMPTY_DOCUMENT', '§~', 'empty', 'a definition'],
};

function plant(marked: string): { readonly source: string; readonly line: number; readonly column: number } {
  const before = marked.slice(0, marked.indexOf('§')).split('\n');
  return { source: marked.replace('§', ''), line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function check(fault: Fault, severity: 'error' | 'warning'): void {
  const [code, marked, found, expected, hint] = fault;
  const { source, line, column } = plant(marked);
  const { rulebook, diagnostics } = compileWith({ 'z/fault.yaml': source });
  expect(diagnostics.map((finding) => finding.code)).toEqual([code]);
  const [finding] = diagnostics;
  expect(finding).toMatchObject({ code, severity, file: 'z/fault.yaml', line, column });
  expect(finding?.message).toContain(found);
  expect(finding?.message).toContain(expected);
  expect(finding?.message).toContain('expected');
  if (hint !== undefined) expect(finding?.hint).toContain(hint);
  expect(rulebook === undefined).toBe(severity === 'error');
}

describe('a fault is reported alone, at its place, with what was found and expected:', () => {
  for (const [title, fault] of Object.entries(errors)) it(title, () => check(fault, 'error'));
});

describe('a warning leaves the book in force:', () => {
  for (const [title, fault] of Object.entries(warnings)) it(title, () => check(fault, 'warning'));
});

describe('a fault in a context weight:', () => {
  const campaigns = (soundFiles['campaigns.yaml'] ?? '').replace(/^arbitration:\n(?: .*\n)+/m, '');
  for (const [title, [code, marked, ...words]] of Object.entries(weightFaults)) {
    it(title, () => {
      const { source, line, column } = plant(marked);
      const { diagnostics } = compileWith({ 'campaigns.yaml': campaigns, 'z/fault.yaml': source });
      const place = { file: 'z/fault.yaml', line, column };
      expect(diagnostics).toMatchObject([{ code, severity: 'error', ...place }]);
      const text = `${diagnostics[0]?.message} ${diagnostics[0]?.hint}`;
      for (const word of words) expect(text).toContain(word);
    });
  }
});

describe('a fault in a setting of the whole book:', () => {
  const settings: Readonly<Record<string, Fault>> = {
    'a currency that is none': ['NBR_WRONG_VALUE', 'currency: §Euro', 'the text "Euro"', 'a currency code'],
    'a level of the hierarchy for an unknown group': [
      'NBR_UNKNOWN_GROUP',
      'hierarchy: { nobody: §{ lever: 20 } }',
      '`nobody`',
      'a group or issue',
    ],
    'exploration above one': [
      'NBR_WRONG_VALUE',
      'arbitration: { exploration: §5 }',
      'the number 5',
      'a number from 0 to 1',
    ],
    'a field of exploration that does not exist': [
      'NBR_UNKNOWN_FIELD',
      'arbitration: { exploration: { §epsilon: 0.1 } }',
      '`epsilon`',
      '`floor`, `uniform`, `gamma`',
    ],
    'a salt that is a number': [
      'NBR_WRONG_TYPE',
      'holdout: { share: 0.1, salt: §2026 }',
      'the number 2026',
      'text',
    ],
  };
  for (const [title, [code, marked, found, expected]] of Object.entries(settings)) {
    it(title, () => {
      const { source, line, column } = plant(marked);
      const { diagnostics } = compileFiles({ 'settings.yaml': source });
      expect(diagnostics).toMatchObject([{ code, severity: 'error', file: 'settings.yaml', line, column }]);
      expect(diagnostics[0]?.message).toContain(found);
      expect(diagnostics[0]?.message).toContain(expected);
    });
  }
});

it('every code of the loader has a case here', () => {
  // What only the reading of files can find is tested there, and what stands in challengers in `challengers.test.ts`.
  const elsewhere = ['NBR_SYNTAX', 'NBR_UNREADABLE', 'NBR_TOO_LARGE', 'NBR_NOT_IN_CHALLENGER'];
  // What sound books may still be warned of is tested in `lint/`.
  const linted = Object.values(plantedFaults).flatMap((faults) => Object.values(faults));
  const cases = [...Object.values(errors), ...Object.values(warnings), ...linted];
  const tested = new Set(cases.map(([code]) => code));
  expect(Object.keys(diagnosticCodes).filter((code) => !tested.has(code as DiagnosticCode))).toEqual(
    elsewhere,
  );
});
