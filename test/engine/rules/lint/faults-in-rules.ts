import { action, cleanFiles, is } from './clean-book.ts';
import type { Fault } from './planted-fault.ts';

/** One of the clean files with a part replaced. */
function changed(file: string, from: string, to: string): { readonly in: string; readonly source: string } {
  const source = cleanFiles[file] ?? '';
  if (!source.includes(from)) throw new Error(`${file} does not hold ${from}`);
  return { in: file, source: source.replace(from, to) };
}

const shadowed: Readonly<Record<string, Fault>> = {
  'a trigger that asks for the same again': [
    'NBR_SHADOWED',
    'triggers:\n  extra: §{ on: [Cart Left, Order Completed], ask: [mail], wait: 14d }',
    'the trigger `extra`',
    '`after-the-order` (events.yaml:2)',
  ],
  'a trigger within another one': [
    'NBR_SHADOWED',
    `triggers:\n  wide: { on: Cart Left, ask: mail, when: ${is('orders.count', 'greaterThan', 1)} }\n  narrow: §{ on: Cart Left, ask: mail, when: ${is('orders.count', 'greaterThan', 5)} }`,
    'the trigger `narrow`',
    '`wide` (z/fault.yaml:2)',
  ],
  'a trigger before the one it lies within': [
    'NBR_SHADOWED',
    `triggers:\n  narrow: §{ on: Cart Left, ask: mail, when: ${is('orders.count', 'greaterThan', 5)} }\n  wide: { on: Cart Left, ask: mail }`,
    'the trigger `narrow`',
    '`wide` (z/fault.yaml:3)',
  ],
  'an outcome that is told already': [
    'NBR_SHADOWED',
    'outcomes:\n  extra: §{ on: Order Completed, outcome: conversion, within: 3d }',
    'the outcome `extra`',
    '`bought` (events.yaml:4)',
  ],
  'an outcome of fewer contacts of the named decision': [
    'NBR_SHADOWED',
    'outcomes:\n  extra: §{ on: Card Closed, outcome: dismiss, within: 1h, channels: [web], actions: [guide], decision: properties.decisionId }',
    'the outcome `extra`',
    '`closed` (events.yaml:5)',
  ],
  'an outcome of some of the events': [
    'NBR_SHADOWED',
    `outcomes:\n  extra: §{ on: Order Completed, outcome: conversion, within: 7d, where: ${is('event.properties.total', 'greaterThan', 10)} }`,
    'the outcome `extra`',
    '`bought`',
  ],
  'consent that is given already': [
    'NBR_SHADOWED',
    'consent:\n  - §{ on: [Form Sent, Newsletter Subscribed], grants: marketing }',
    '"Newsletter Subscribed" makes `marketing` granted',
    'events.yaml:7',
  ],
  'consent that is given and taken back': [
    'NBR_CONSENT_CONFLICT',
    'consent:\n  - §{ on: Newsletter Subscribed, denies: marketing }',
    '"Newsletter Subscribed" makes `marketing` denied, and granted',
    'events.yaml:7',
  ],
  'consent that is taken back in some cases only': [
    'NBR_CONSENT_CONFLICT',
    `consent:\n  - §{ on: Newsletter Subscribed, withdraws: marketing, where: ${is('event.properties.source', 'equal', 'spam')} }`,
    'makes `marketing` withdrawn, and granted',
    '`where`',
  ],
  'the same weight twice': [
    'NBR_SHADOWED',
    changed(
      'arbitration.yaml',
      'weight: 30 }\n',
      `weight: 30 }\n    - §{ when: ${is('context.weather', 'in', '[rain]')}, groups: [service/guides], weight: 30 }\n`,
    ),
    'arbitration.contextWeights.1',
    'arbitration.yaml:4',
  ],
  'a copy of an action': [
    'NBR_SAME_ACTION',
    '§action: extra\ngroup: service/guides\nvalue: 4\ntreatments:\n  banner: { channel: web, content: { title: Warm outside } }\n',
    'the action `extra`',
    '`guide` (actions/guide.yaml:1)',
  ],
  'a copy whose conditions are written otherwise': [
    'NBR_SAME_ACTION',
    `action: one\ngroup: sales/x\neligibility: { condition: has-bought }\ntreatments: { a: { channel: web, placements: [home, side], content: { a: 1, title: Same } } }\n---\n§action: two\ngroup: sales/x\neligibility: ${is('orders.count', 'greaterThan', 0)}\ntreatments: { a: { channel: web, placements: [side, home], content: { title: Same, a: 1 } } }`,
    'the action `two`',
    '`one` (z/fault.yaml:1)',
  ],
};

const unreached: Readonly<Record<string, Fault>> = {
  'a placement that no action can fill': [
    'NBR_PLACEMENT_UNFILLED',
    'placements:\n  extra: §{ channel: email }',
    'the placement `extra`',
    'stays empty',
    'Add `extra`',
  ],
  'a placement of a channel without treatments': [
    'NBR_PLACEMENT_UNFILLED',
    'channels:\n  app: { direction: pull }\nplacements:\n  extra: §{ channel: app, fallback: { a: 1 } }',
    'only ever shows its fallback',
    'No action has a treatment in the channel `app`',
  ],
  'a shared condition that nobody uses': [
    'NBR_UNUSED',
    `conditions:\n  extra: §${is('orders.count', 'equal', 3)}`,
    'the condition `extra`',
    '{ condition: extra }',
  ],
  'shared conditions of which only one is used by the other': [
    'NBR_UNUSED',
    `conditions:\n  inner: ${is('orders.count', 'equal', 3)}\n  outer: §{ not: { condition: inner } }`,
    'the condition `outer`',
    'nothing',
  ],
  'views that nothing tells of': [
    'NBR_NEVER_VIEWED',
    changed('settings.yaml', 'consent: per-channel }', 'consent: per-channel, views: §required }'),
    'the channel `email`',
    '`impression`',
    'leave `views` out',
  ],
  'uplift where nobody is ever shown nothing by chance': [
    'NBR_UPLIFT_UNKNOWN',
    changed('settings.yaml', 'side: { channel: web', 'side: { channel: web, rankBy: §uplift'),
    'the placement `side`',
    'a hold-out that speaks of it',
    '`holdout`',
  ],
  'uplift where actions convert by events of their own': [
    'NBR_UPLIFT_INCOMPARABLE',
    changed(
      'settings.yaml',
      'side: { channel: web, fallback: { title: Help } }\n  mail: { channel: email }',
      'side: { channel: web, fallback: { title: Help }, rankBy: §uplift }\n  mail: { channel: email }\nholdout: { share: 0.1 }\noutcomes:\n  joined: { on: Club Joined, outcome: conversion, within: 7d, actions: [club] }',
    ),
    'the placement `side`',
    'the same outcomes `conversion`',
    'without `decision`',
  ],
  'a budget that no action uses': [
    'NBR_UNUSED',
    'budgets:\n  extra: §{ unit: contacts, total: 10, period: day }',
    'the budget `extra`',
    '`budgets`',
  ],
  'a channel that nobody uses': [
    'NBR_UNUSED',
    'channels:\n  sms: §{ direction: push }',
    'the channel `sms`',
    'placement',
  ],
  'a permission that nobody can give': [
    'NBR_PURPOSE_NEVER_GRANTED',
    action('purpose: §analytics'),
    '`analytics`',
    'grants: analytics',
  ],
  'a placement named twice': [
    'NBR_REPEATED_ENTRY',
    'action: extra\ngroup: sales/x\ntreatments:\n  card: { channel: web, placements: [home, side, §home], content: { title: Extra } }',
    'treatments.card.placements.2',
    '`home` again',
  ],
  'a budget named twice': [
    'NBR_REPEATED_ENTRY',
    action('budgets: [vouchers, §vouchers]'),
    'budgets.1',
    '`vouchers` again',
  ],
  'a placement asked for twice': [
    'NBR_REPEATED_ENTRY',
    'triggers:\n  extra: { on: Cart Left, ask: [mail, §mail] }',
    'triggers.extra.ask.1',
    '`mail` again',
  ],
  'an event named twice': [
    'NBR_REPEATED_ENTRY',
    'features:\n  extra: { count: [page, screen, §page] }',
    'features.extra.count.2',
    '`page` again',
  ],
};

const selections: Readonly<Record<string, Fault>> = {
  'a placement of another channel': [
    'NBR_MATCHES_NOTHING',
    'policies:\n  extra: { scope: action, match: { channels: [email], placements: [mail, §home] }, limit: 1, within: 1d }',
    'policies.extra.match.placements.1',
    '`home` of the channel `web`',
  ],
  'an action without a treatment in the channel': [
    'NBR_MATCHES_NOTHING',
    'policies:\n  extra: { scope: action, match: { channels: [email], actions: [voucher, §guide] }, limit: 1, within: 1d }',
    'policies.extra.match.actions.1',
    'a treatment in the channel `email`',
  ],
  'an action without a treatment in the placement': [
    'NBR_MATCHES_NOTHING',
    'policies:\n  extra: { scope: action, match: { placements: [side], actions: [§voucher] }, limit: 1, within: 1d }',
    'policies.extra.match.actions.0',
    'the placement `side`',
  ],
  'an action of another group': [
    'NBR_MATCHES_NOTHING',
    'policies:\n  extra: { scope: action, match: { groups: [sales], actions: [voucher, §guide] }, limit: 1, within: 1d }',
    '`guide` of the group `service/guides`',
    'an action of `sales`',
  ],
  'a group without a treatment in the channel': [
    'NBR_MATCHES_NOTHING',
    'policies:\n  extra: { scope: group, match: { channels: [email], groups: [sales/vouchers, §service] }, limit: 1, within: 1d }',
    'policies.extra.match.groups.1',
    '`service`',
  ],
  'a treatment of another channel': [
    'NBR_MATCHES_NOTHING',
    'policies:\n  extra: { scope: action, match: { channels: [email], treatments: [§guide/card] }, limit: 1, within: 1d }',
    'policies.extra.match.treatments.0',
    'the channel `web`',
  ],
  'an outcome of an action in another channel': [
    'NBR_MATCHES_NOTHING',
    'outcomes:\n  extra: { on: Mail Opened, outcome: impression, within: 1d, channels: [email], actions: [§club] }',
    'outcomes.extra.actions.0',
    'the channel `email`',
  ],
  'a weight of an action of another group': [
    'NBR_MATCHES_NOTHING',
    changed('arbitration.yaml', 'groups: [service/guides],', 'groups: [service/guides], actions: [§club],'),
    'arbitration.contextWeights.0.actions.0',
    '`club` of the group `service/club`',
  ],
};

const caps: Readonly<Record<string, Fault>> = {
  'a cap above another one': [
    'NBR_CAP_NEVER_BINDS',
    'policies:\n  extra: §{ scope: channel, match: { channels: [email] }, limit: 5, within: 7d }',
    'the policy `extra`',
    '`mails-a-week` (policies.yaml:2)',
    'allows 3 in 1 week',
  ],
  'the same cap twice': [
    'NBR_CAP_NEVER_BINDS',
    'policies:\n  extra: §{ scope: channel, match: { channels: [email] }, limit: 3, within: 7d }',
    'the policy `extra`',
    '`mails-a-week`',
  ],
  'a cap in a shorter window': [
    'NBR_CAP_NEVER_BINDS',
    'policies:\n  extra: §{ scope: action, match: { channels: [email], groups: [sales/vouchers] }, limit: 3, within: 2d }',
    'the policy `extra`',
    '`mails-a-week`',
  ],
  'a cap below a wider scope': [
    'NBR_CAP_NEVER_BINDS',
    'policies:\n  wide: { scope: customer, match: { channels: [web] }, limit: 2, within: 30d }\n  extra: §{ scope: treatment, match: { placements: [home] }, limit: 2, within: 7d }',
    'the policy `extra`',
    '`wide` (z/fault.yaml:2)',
    'allows 2 in 30 days',
  ],
  'a cap on a placement below one on its channel': [
    'NBR_CAP_NEVER_BINDS',
    'policies:\n  extra: §{ scope: placement, match: { placements: [mail] }, limit: 4, within: 5d }',
    'the policy `extra`',
    '`mails-a-week`',
  ],
  'a cap on what nothing reports': [
    'NBR_CAP_NEVER_BINDS',
    'policies:\n  extra: { scope: action, limit: 1, within: 7d, counts: §bounce }',
    'counts `bounce`',
    '`outcomes`',
  ],
  'a cap on what nothing reports in its channel': [
    'NBR_CAP_NEVER_BINDS',
    'policies:\n  extra: { scope: action, match: { placements: [mail] }, limit: 1, within: 7d, counts: §dismiss }',
    'counts `dismiss`',
    '`outcomes`',
  ],
  'a limit of 0 for everything': [
    'NBR_FORBIDS_EVERYTHING',
    'policies:\n  extra: { scope: customer, limit: §0, within: 7d }',
    'the policy `extra`',
    'nothing is ever shown',
    '`match`',
  ],
  'a limit of 0 for every channel': [
    'NBR_FORBIDS_EVERYTHING',
    'policies:\n  extra: { scope: channel, match: { channels: [email, web] }, limit: §0, within: 7d }',
    'the policy `extra`',
    'nothing is ever shown',
  ],
  'a limit of 0 where an outcome was meant': [
    'NBR_FORBIDS_EVERYTHING',
    'policies:\n  extra: { scope: action, match: { channels: [web] }, limit: §0, within: 7d, counts: dismiss }',
    'the policy `extra`',
    'from the start',
    '`limit: 1`',
  ],
  'a cool-down below a cap of one': [
    'NBR_CAP_NEVER_BINDS',
    'policies:\n  once: { scope: customer, match: { channels: [web] }, limit: 1, within: ever }\n  extra: §{ scope: action, match: { channels: [web] }, pause: 7d }',
    'the policy `extra`',
    '`once` (z/fault.yaml:2)',
    'for ever',
  ],
  'a rest after what nothing reports': [
    'NBR_CAP_NEVER_BINDS',
    'policies:\n  extra: { scope: action, after: { outcome: §bounce, within: 7d }, rest: 30d }',
    'counts `bounce`',
    '`outcomes`',
  ],
  'a prohibition of everything': [
    'NBR_FORBIDS_EVERYTHING',
    'policies:\n  extra: { forbid: §true }',
    'the policy `extra`',
    'nothing is ever shown',
    '`when`',
  ],
  'an exclusive choice of one': [
    'NBR_NO_EFFECT',
    'policies:\n  extra: { match: §{ actions: [voucher] }, exclusive: { within: 7d } }',
    'only `voucher`',
    'several actions',
  ],
  'a hold-out of everybody': [
    'NBR_FORBIDS_EVERYTHING',
    'holdout: { share: §1 }',
    'a share of 1',
    'nothing is ever shown',
  ],
};

const experiments: Readonly<Record<string, Fault>> = {
  'a placement that goes together with none': [
    'NBR_NO_EFFECT',
    changed('settings.yaml', 'side: { channel: web,', 'side: { channel: web, together: §pair,'),
    'the placement `side`',
    'it stands alone',
  ],
  'a hold-out of nobody': ['NBR_NO_EFFECT', 'holdout: { share: §0 }', 'the hold-out', 'nobody is held out'],
  'a hold-out of some things for everybody': [
    'NBR_FORBIDS_EVERYTHING',
    'experiments: { control: { holdout: { share: §1, match: { groups: [sales] } } } }',
    'the experiment `control`',
    'a share of 1',
  ],
  'a hold-out of an action where it never is': [
    'NBR_MATCHES_NOTHING',
    'experiments: { control: { holdout: { share: 0.1, match: { channels: [email], actions: [§guide] } } } }',
    '`guide`',
    'never selects anything',
  ],
  'a hold-out of the same twice': [
    'NBR_REPEATED_ENTRY',
    'experiments: { control: { holdout: { share: 0.1, match: { actions: [guide, §guide] } } } }',
    '`guide` again',
  ],
  'arms that see the same treatment': [
    'NBR_ARMS_ALIKE',
    'experiments: { look: { treatments: { action: voucher, arms: { a: [hero], b: [§hero, mail] } } } }',
    'the experiment `look`',
    '`hero` in the arm `b` and in `a`',
  ],
  'arms that see the same action': [
    'NBR_ARMS_ALIKE',
    'experiments: { offer: { actions: { arms: { a: [guide], b: [club, §guide] } } } }',
    'the experiment `offer`',
    '`guide` in the arm `b` and in `a`',
  ],
  'an arm that names an action twice': [
    'NBR_REPEATED_ENTRY',
    'experiments: { offer: { actions: { arms: { a: [guide, §guide], b: [club] } } } }',
    '`guide` again',
  ],
  'an arm without customers': [
    'NBR_NO_EFFECT',
    'experiments: { offer: { actions: { arms: { a: [guide], b: [club] }, weights: { a: 1, b: §0 } } } }',
    'the experiment `offer`',
    'the arm `b`',
  ],
  'a model control that ranks by chance for many': [
    'NBR_MUCH_BY_CHANCE',
    'experiments: { chance: { modelControl: { share: §0.2 } } }',
    'the experiment `chance`',
    'at most 0.1',
  ],
  'a model control of nobody': [
    'NBR_NO_EFFECT',
    'experiments: { chance: { modelControl: { share: §0 } } }',
    'the experiment `chance`',
    'nothing to compare',
  ],
  'a model control of everybody': [
    'NBR_NO_EFFECT',
    'experiments: { chance: { modelControl: { share: §1 } } }',
    'the experiment `chance`',
    'nothing to compare',
  ],
  'an experiment that is over': [
    'NBR_EXPIRED',
    'experiments: { offer: { valid: { until: §2026-10-31 }, actions: { arms: { a: [guide], b: [club] } } } }',
    'the experiment `offer`',
    'is over',
  ],
  'a challenger that nobody meets': [
    'NBR_UNUSED',
    {
      in: 'challengers/bold/guide.yaml',
      source:
        '§action: guide\ngroup: service/guides\nvalue: 9\ntreatments: { card: { channel: web, content: { title: Warm } } }\n',
    },
    'the challenger `bold`',
    'decides on nobody',
  ],
};

const identity: Readonly<Record<string, Fault>> = {
  'a blocked id that is always blocked': [
    'NBR_NO_EFFECT',
    'identity: { block: [desk, §Unknown] }',
    '`Unknown`',
    'always is',
  ],
  'a value blocked twice': ['NBR_REPEATED_ENTRY', 'identity: { block: [desk, §desk] }', '`desk` again'],
  'two identifiers of one value': [
    'NBR_SHADOWED',
    'identity:\n  identifiers:\n    mail: { from: traits.email }\n    email: { from: §traits.email, hash: true }',
    '`traits.email`',
    '`mail` reads already',
  ],
};

const worth: Readonly<Record<string, Fault>> = {
  'a budget of 0': [
    'NBR_EMPTY_BUDGET',
    changed('policies.yaml', 'total: 1000', 'total: §0'),
    'the budget `vouchers`',
    'a total of 0',
  ],
  'a budget below the cost of one contact': [
    'NBR_EMPTY_BUDGET',
    'budgets:\n  small: { unit: cost, total: 1.5, period: week }\n---\naction: extra\ngroup: sales/x\nvalue: 9\ncost: { email: 2 }\nbudgets: [§small]\ntreatments: { mail: { channel: email, content: { title: Extra } } }',
    'the budget `small` of 1.5',
    'the 2 that one contact in `email` costs',
  ],
  'a budget of cost for an action without one': [
    'NBR_NO_EFFECT',
    `budgets:\n  money: { unit: cost, total: 100, period: week }\n---\n${action('budgets: [§money]')}`,
    'the budget `money`',
    'a cost in a channel',
  ],
  'a budget of cost that matches what costs nothing': [
    'NBR_NO_EFFECT',
    'budgets:\n  money: { unit: cost, total: 100, period: week, match: §{ channels: [web] } }',
    'the budget `money`',
    'expected a cost',
  ],
  'a budget that matches nothing': [
    'NBR_MATCHES_NOTHING',
    'budgets:\n  none: { unit: contacts, total: 100, period: week, match: { channels: [email], actions: [§guide] } }',
    '`guide`',
    'it never selects anything',
  ],
  'a cost in a channel without a treatment': [
    'NBR_NO_EFFECT',
    action('cost: { email: §0.5 }'),
    'the channel `email`',
    'Its treatments are in `web`',
  ],
  'a cost and no value': [
    'NBR_NEVER_WORTH_ITS_COST',
    'action: extra\ngroup: sales/x\ncost: { web: §0.01 }\ntreatments: { card: { channel: web, content: { title: Extra } } }',
    'a cost of 0.01 in the channel `web`',
    'which is 0',
  ],
  'a cost above the value': [
    'NBR_NEVER_WORTH_ITS_COST',
    'action: extra\ngroup: sales/x\nvalue: 2\nlever: 50\ncost: { web: §3.5 }\ntreatments: { card: { channel: web, content: { title: Extra } } }',
    'a cost of 3.5',
    'which is 3',
  ],
  'a lever that switches an action off': [
    'NBR_WORTH_NOTHING',
    action('lever: §-100'),
    'the action `extra`',
    '-100 of its own',
  ],
  'levers that switch an action off together': [
    'NBR_WORTH_NOTHING',
    `hierarchy: { sales/extra: { lever: -70 } }\n---\n${action('lever: §-40')}`,
    'the action `extra`',
    '-40 of its own, -70 of `sales/extra`',
  ],
  'levers that are written as factors': [
    'NBR_NOT_IN_POINTS',
    changed('arbitration.yaml', 'lever: 20', 'lever: §1.2'),
    'found 1.2',
    'write 20 for a fifth more',
  ],
  'weights that are written as factors': [
    'NBR_NOT_IN_POINTS',
    changed('arbitration.yaml', 'weight: 30', 'weight: §1.3'),
    'found 1.3',
    'write 20 for a fifth more',
  ],
  'a level of the hierarchy that says nothing': [
    'NBR_NO_EFFECT',
    'hierarchy:\n  sales: §{ lever: 0 }',
    'the level `sales`',
    'Delete the level',
  ],
  'an exception of what would not be learned from': [
    'NBR_NO_EFFECT',
    'learning: { exclude: [§traits.city] }',
    '`traits.city`',
    'Leave it out',
  ],
  'a share cap where nothing is weighed': [
    'NBR_NO_EFFECT',
    'learning: { shareCap: §0.3 }',
    'weighs nothing',
    '`exploration: {}`',
  ],
  'a predictor twice': [
    'NBR_REPEATED_ENTRY',
    'learning: { predictors: [orders.count, traits.plan, §orders.count] }',
    '`orders.count`',
    'once in the list',
  ],
  'a purpose of a group that nobody grants': [
    'NBR_PURPOSE_NEVER_GRANTED',
    'hierarchy:\n  service/club: { purpose: §research }',
    'the level `service/club`',
    'grants: research',
  ],
  'an expression that reads nothing': [
    'NBR_CONSTANT_EXPRESSION',
    'action: extra\ngroup: sales/x\nvalue: §{ expression: "3 * 4" }\ntreatments: { card: { channel: web, content: { title: Extra } } }',
    'reads no fact',
    'Write the number itself.',
  ],
  'a formula that reads no factor': [
    'NBR_CONSTANT_EXPRESSION',
    'placements:\n  extra: { channel: web, fallback: {}, formula: §"orders.count + 1" }',
    'the placement `extra`',
    'all actions are worth the same',
  ],
  'a formula that leaves out how likely success is': [
    'NBR_FORMULA_WITHOUT_P',
    'placements:\n  extra: { channel: web, fallback: {}, formula: §"V * L" }',
    'the placement `extra`',
    '`without: [P]`',
  ],
  'a condition of an action that its group has already': [
    'NBR_REDUNDANT_CONDITION',
    `hierarchy: { sales/extra: { eligibility: ${is('orders.count', 'greaterThan', 3)} } }\n---\n${action(`eligibility: §${is('orders.count', 'greaterThan', 2)}`)}`,
    'orders.count',
  ],
  'a condition of a treatment that its action contradicts': [
    'NBR_NEVER_TRUE',
    `action: extra\ngroup: sales/x\neligibility: ${is('orders.count', 'greaterThan', 3)}\ntreatments: { card: { channel: web, content: { title: Extra }, applicability: §${is('orders.count', 'lessThan', 2)} } }`,
    'orders.count',
  ],
  'a validity that is over': [
    'NBR_EXPIRED',
    action('valid: { from: 2026-01-01, until: §2026-11-19 }'),
    'the action `extra`',
    'an end that is over',
  ],
  'a validity that ends at this moment': [
    'NBR_EXPIRED',
    action('valid: { until: §2026-11-20T10:00:00Z }'),
    'the action `extra`',
    'an end that is over',
  ],
};

export const faultsInRules: Readonly<Record<string, Readonly<Record<string, Fault>>>> = {
  'a rule that another one takes in:': shadowed,
  'what never comes into play:': unreached,
  'a selection that selects nothing:': selections,
  'a cap that never binds, or leaves nothing:': caps,
  'experiments that compare nothing, and couples of one:': experiments,
  'rules of identity that change nothing:': identity,
  'worth, cost and time:': worth,
};
