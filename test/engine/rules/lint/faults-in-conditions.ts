import { action, asking, askingAll, askingAny, is } from './clean-book.ts';
import type { Fault } from './planted-fault.ts';

const many = is('orders.count', 'greaterThan', 5);
const few = is('orders.count', 'lessThan', 3);
const rain = is('context.weather', 'equal', 'rain');

const never: Readonly<Record<string, Fault>> = {
  'a count below zero': [
    'NBR_NEVER_TRUE',
    asking(`§${is('orders.count', 'lessThan', 0)}`),
    '`orders.count < 0`',
    'a whole number, 0 or more',
  ],
  'a count of minus one': [
    'NBR_NEVER_TRUE',
    asking(`§${is('orders.count', 'equal', -1)}`),
    '= -1',
    'never true',
  ],
  'a count of one and a half': [
    'NBR_NEVER_TRUE',
    asking(`§${is('orders.count', 'equal', 1.5)}`),
    '= 1.5',
    'a whole number',
  ],
  'a count of at most minus one': [
    'NBR_NEVER_TRUE',
    asking(`§${is('orders.count', 'lessThanInclusive', -1)}`),
    '<= -1',
    'never true',
  ],
  'a count in a range below zero': [
    'NBR_NEVER_TRUE',
    asking(`§${is('orders.count', 'between', '[-5, -1]')}`),
    'between',
    'never true',
  ],
  'a count among numbers that none has': [
    'NBR_NEVER_TRUE',
    asking(`§${is('orders.count', 'in', '[-1, 0.5]')}`),
    'is one of',
    'never true',
  ],
  'a time since an event below zero': [
    'NBR_NEVER_TRUE',
    asking(`§${is('orders.days', 'lessThan', 0)}`),
    '`orders.days < 0`',
    'or missing',
  ],
  'an empty list to be in': [
    'NBR_NEVER_TRUE',
    asking(`§${is('traits.tier', 'in', '[]')}`),
    'is one of []',
    'never true',
  ],
  'the newest value compared with null': [
    'NBR_NEVER_TRUE',
    asking(`§${is('orders.category', 'equal', 'null')}`),
    '= null',
    'any value but null',
  ],
  'a count always above zero, turned round': [
    'NBR_NEVER_TRUE',
    asking(`{ not: §${is('orders.count', 'lessThan', 0)} }`),
    '`orders.count < 0`',
    'never true',
  ],
  'an event that the feature does not count': [
    'NBR_NEVER_TRUE',
    `features:\n  views: { count: [page, Product Viewed], where: §${is('event.name', 'equal', 'screen')} }`,
    '= "screen"',
    '"page" or "Product Viewed"',
  ],
};

const clashes: Readonly<Record<string, Fault>> = {
  'more than five and less than three': [
    'NBR_NEVER_TRUE',
    askingAll(many, `§${few}`),
    '`orders.count < 3`',
    '`orders.count > 5` (z/fault.yaml:6)',
  ],
  'the same with other conditions between': [
    'NBR_NEVER_TRUE',
    askingAll(many, rain, `§${few}`),
    '`orders.count < 3`',
    '(z/fault.yaml:6)',
  ],
  'the same in a list within the list': [
    'NBR_NEVER_TRUE',
    askingAll(`{ all: [${rain}, §${few}] }`, many),
    '`orders.count < 3`',
    '(z/fault.yaml:7)',
  ],
  'whole numbers between two and three': [
    'NBR_NEVER_TRUE',
    askingAll(is('orders.count', 'greaterThan', 2), `§${few}`),
    '`orders.count < 3`',
    '`orders.count > 2`',
  ],
  'two texts at once': [
    'NBR_NEVER_TRUE',
    askingAll(is('traits.tier', 'equal', 'gold'), `§${is('traits.tier', 'equal', 'silver')}`),
    '"silver"',
    '"gold"',
  ],
  'a text that is in the list, and not in it': [
    'NBR_NEVER_TRUE',
    askingAll(
      is('traits.tier', 'in', '[gold, silver]'),
      `§${is('traits.tier', 'notIn', '[silver, gold, bronze]')}`,
    ),
    'is none of',
    'is one of',
  ],
  'a text that does not begin like that': [
    'NBR_NEVER_TRUE',
    askingAll(is('traits.tier', 'equal', 'gold'), `§${is('traits.tier', 'startsWith', 'sil')}`),
    'startsWith',
    '= "gold"',
  ],
  'a list that has the entry, and has it not': [
    'NBR_NEVER_TRUE',
    askingAll(
      is('traits.interests', 'contains', 'tents'),
      `§${is('traits.interests', 'doesNotContain', 'tents')}`,
    ),
    'does not contain',
    'contains "tents"',
  ],
  'two ranges apart': [
    'NBR_NEVER_TRUE',
    askingAll(is('orders.value', 'between', '[1, 5]'), `§${is('orders.value', 'between', '[7, 9]')}`),
    '[7,9]',
    '[1,5]',
  ],
  'a condition and its opposite': [
    'NBR_NEVER_TRUE',
    askingAll(rain, `§{ not: ${rain} }`),
    '`not (context.weather = "rain")`',
    '(z/fault.yaml:6)',
  ],
  'a shared condition and its opposite': [
    'NBR_NEVER_TRUE',
    askingAll('{ condition: has-bought }', `§${is('orders.count', 'equal', 0)}`),
    '`orders.count = 0`',
    '`condition has-bought` (z/fault.yaml:6)',
  ],
  'a segment and less than it asks for': [
    'NBR_NEVER_TRUE',
    askingAll(
      '{ fact: customer, operator: inSegment, value: regulars }',
      `§${is('orders.count', 'lessThan', 2)}`,
    ),
    '`orders.count < 2`',
    '`segment regulars`',
  ],
  'a clash inside one alternative': [
    'NBR_NEVER_TRUE',
    askingAny(rain, `{ all: [${many}, §${few}] }`),
    '`orders.count < 3`',
    '`orders.count > 5`',
  ],
  'an alternative that its surroundings exclude': [
    'NBR_NEVER_TRUE',
    askingAll(many, `{ any: [${rain}, §${few}] }`),
    '`orders.count < 3`',
    '`orders.count > 5` (z/fault.yaml:6)',
  ],
  'eligibility and suitability': [
    'NBR_NEVER_TRUE',
    action(`eligibility: ${many}\nsuitability: §${few}`),
    'suitability: found `orders.count < 3`',
    '`orders.count > 5` (z/fault.yaml:4)',
  ],
  'eligibility and applicability, deep in both': [
    'NBR_NEVER_TRUE',
    action(
      `eligibility:\n  all: [${rain}, ${is('customer.known', 'equal', 'true')}]\napplicability:\n  all: [${is('orders.value', 'greaterThan', 9)}, §${is('customer.known', 'equal', 'false')}]`,
    ),
    '`customer.known = false`',
    '(z/fault.yaml:5)',
  ],
  'the condition of a trigger': [
    'NBR_NEVER_TRUE',
    `triggers:\n  extra: { on: Cart Left, ask: mail, when: { all: [${many}, §${few}] } }`,
    'triggers.extra.when.all.1',
    '`orders.count > 5`',
  ],
  'the events of a trigger': [
    'NBR_NEVER_TRUE',
    `triggers:\n  extra: { on: Cart Left, ask: mail, when: §${is('event.name', 'equal', 'Cart Lost')} }`,
    '= "Cart Lost"',
    '"Cart Left"',
  ],
  'the `where` of an outcome': [
    'NBR_NEVER_TRUE',
    `outcomes:\n  extra:\n    on: Card Clicked\n    outcome: click\n    within: 1d\n    where:\n      all: [${is('event.properties.n', 'greaterThan', 5)}, §${is('event.properties.n', 'lessThan', 3)}]`,
    'outcomes.extra.where.all.1',
    '> 5',
  ],
  'the `where` of a rule of consent': [
    'NBR_NEVER_TRUE',
    `consent:\n  - on: Banner Closed\n    grants: marketing\n    where:\n      all: [${is('event.properties.ok', 'equal', 'true')}, §${is('event.properties.ok', 'equal', 'false')}]`,
    'consent.0.where.all.1',
    '= true',
  ],
  'the `where` of a feature': [
    'NBR_NEVER_TRUE',
    `features:\n  big: { count: Order Completed, where: { all: [${is('event.properties.n', 'greaterThan', 5)}, §${is('event.properties.n', 'lessThan', 3)}] } }`,
    'features.big.where.all.1',
    '> 5',
  ],
  'a shared condition, where it is defined': [
    'NBR_NEVER_TRUE',
    `conditions:\n  odd: { all: [${many}, §${few}] }\n---\n${asking('{ condition: odd }')}`,
    'conditions.odd.all.1',
    '`orders.count > 5`',
  ],
  'a segment, where it is defined': [
    'NBR_NEVER_TRUE',
    `segments:\n  odd: { when: { all: [${many}, §${few}] } }\n---\n${asking('{ fact: customer, operator: inSegment, value: odd }')}`,
    'segments.odd.when.all.1',
    '`orders.count > 5`',
  ],
  'an imported rule': [
    'NBR_NEVER_TRUE',
    `conditions: { all: [${is('goals', 'greaterThan', 5)}, §${is('goals', 'lessThan', 3)}] }\nevent: { type: extra, params: { placements: [home] } }`,
    '`context.goals < 3`',
    '`context.goals > 5`',
  ],
};

const always: Readonly<Record<string, Fault>> = {
  'a count of zero or more': [
    'NBR_ALWAYS_TRUE',
    asking(`§${is('orders.count', 'greaterThanInclusive', 0)}`),
    '`orders.count >= 0`',
    'always true',
  ],
  'a count that is not minus one': [
    'NBR_ALWAYS_TRUE',
    asking(`§${is('orders.count', 'notEqual', -1)}`),
    'is not -1',
    'always true',
  ],
  'known or not known': [
    'NBR_ALWAYS_TRUE',
    asking(`§${is('customer.known', 'in', '[true, false]')}`),
    'is one of [true,false]',
    'always true',
  ],
  'an empty list not to be in': [
    'NBR_ALWAYS_TRUE',
    asking(`§${is('traits.tier', 'notIn', '[]')}`),
    'is none of []',
    'always true',
  ],
  'alternatives that leave nothing out': [
    'NBR_ALWAYS_TRUE',
    action(`eligibility:\n  §any: [${many}, ${is('orders.count', 'lessThanInclusive', 5)}]`),
    'of which one part is always true',
    '`all`',
  ],
  'alternatives that leave nothing out where they are asked': [
    'NBR_ALWAYS_TRUE',
    askingAll(
      is('orders.days', 'greaterThan', 1),
      `§{ any: [${is('orders.days', 'lessThan', 9)}, ${is('orders.days', 'greaterThan', 5)}] }`,
    ),
    'where `orders.days > 1` (z/fault.yaml:6) is true',
    '`all`',
  ],
  'the one event that the feature counts': [
    'NBR_ALWAYS_TRUE',
    `features:\n  views: { count: Product Viewed, where: §${is('event.name', 'equal', 'Product Viewed')} }`,
    'always true',
    '"Product Viewed"',
  ],
};

const redundant: Readonly<Record<string, Fault>> = {
  'above ten beside above twenty': [
    'NBR_REDUNDANT_CONDITION',
    askingAll(is('orders.value', 'greaterThan', 20), `§${is('orders.value', 'greaterThan', 10)}`),
    '`orders.value > 10`',
    '`orders.value > 20` (z/fault.yaml:6)',
  ],
  'above twenty after above ten': [
    'NBR_REDUNDANT_CONDITION',
    askingAll(`§${is('orders.value', 'greaterThan', 10)}`, is('orders.value', 'greaterThan', 20)),
    '`orders.value > 10`',
    '`orders.value > 20` (z/fault.yaml:7)',
  ],
  'the same twice': [
    'NBR_REDUNDANT_CONDITION',
    askingAll(rain, many, `§${rain}`),
    '`context.weather = "rain"`',
    '(z/fault.yaml:6)',
  ],
  'the same written otherwise': [
    'NBR_REDUNDANT_CONDITION',
    askingAll(is('orders.count', 'greaterThan', 2), `§${is('orders.count', 'greaterThanInclusive', 3)}`),
    '`orders.count >= 3`',
    '`orders.count > 2`',
  ],
  'a list that holds a shorter one': [
    'NBR_REDUNDANT_CONDITION',
    askingAll(
      is('traits.tier', 'in', '[gold, silver]'),
      `§${is('traits.tier', 'in', '[gold, silver, bronze]')}`,
    ),
    '"bronze"',
    '["gold","silver"]',
  ],
  'another text beside the one that is asked for': [
    'NBR_REDUNDANT_CONDITION',
    askingAll(is('traits.tier', 'equal', 'gold'), `§${is('traits.tier', 'notEqual', 'silver')}`),
    'is not "silver"',
    '= "gold"',
  ],
  'a shared condition beside a stricter one': [
    'NBR_REDUNDANT_CONDITION',
    askingAll('{ condition: §has-bought }', many),
    '`condition has-bought`',
    '`orders.count > 5`',
  ],
  'a part that two others come to together': [
    'NBR_REDUNDANT_CONDITION',
    askingAll(
      is('orders.value', 'greaterThan', 2),
      is('orders.value', 'lessThan', 8),
      `§${is('orders.value', 'between', '[1, 9]')}`,
    ),
    'between [1,9]',
    'the conditions around it',
  ],
  'a narrower alternative': [
    'NBR_REDUNDANT_CONDITION',
    askingAny(`§${is('orders.value', 'greaterThan', 20)}`, is('orders.value', 'greaterThan', 10)),
    'the alternative `orders.value > 20`',
    '`orders.value > 10` (z/fault.yaml:7)',
  ],
  'the same alternative twice': [
    'NBR_REDUNDANT_CONDITION',
    askingAny(rain, many, `§${rain}`),
    'adds nobody',
    '(z/fault.yaml:6)',
  ],
  'an alternative with a further condition': [
    'NBR_REDUNDANT_CONDITION',
    askingAny(rain, `§{ all: [${rain}, ${many}] }`),
    'adds nobody',
    '`context.weather = "rain"`',
  ],
  'an alternative that its surroundings see to': [
    'NBR_REDUNDANT_CONDITION',
    askingAll(many, `{ any: [${rain}, §${is('orders.count', 'greaterThan', 3)}] }`),
    'so that the others do not matter',
    '`orders.count > 5` (z/fault.yaml:6)',
  ],
  'applicability that eligibility says already': [
    'NBR_REDUNDANT_CONDITION',
    action(`eligibility: ${many}\napplicability: §{ condition: has-bought }`).replace(
      '§{ condition: ',
      '{ condition: §',
    ),
    'applicability.condition',
    '`orders.count > 5` (z/fault.yaml:4)',
  ],
  'a part of suitability that applicability says already': [
    'NBR_REDUNDANT_CONDITION',
    action(
      `applicability:\n  all: [${rain}, ${many}]\nsuitability:\n  all: [${is('orders.value', 'lessThan', 9)}, §${is('orders.count', 'greaterThan', 3)}]`,
    ),
    'suitability.all.1',
    '(z/fault.yaml:5)',
  ],
};

const misfits: Readonly<Record<string, Fault>> = {
  'a count and a number in quotes': [
    'NBR_WRONG_FACT_TYPE',
    asking(`§${is('orders.count', 'equal', "'5'")}`),
    'the text "5"',
    'a number beside it',
    'without quotes: 5',
  ],
  'a time and a word': [
    'NBR_WRONG_FACT_TYPE',
    asking(`§${is('orders.days', 'greaterThan', 'fourteen')}`),
    'the text "fourteen"',
    'a number beside it',
  ],
  'a sum and a flag': [
    'NBR_WRONG_FACT_TYPE',
    asking(`§${is('orders.value', 'equal', 'true')}`),
    'compares true',
    'a number beside it',
  ],
  'a time and null': [
    'NBR_WRONG_FACT_TYPE',
    asking(`§${is('orders.days', 'equal', 'null')}`),
    'nothing (null)',
    'a number beside it',
    'is missing',
  ],
  'a count among texts': [
    'NBR_WRONG_FACT_TYPE',
    asking(`§${is('orders.count', 'in', "[1, '2']")}`),
    'the text "2"',
    'a number beside it',
  ],
  'a text that no count is': [
    'NBR_WRONG_FACT_TYPE',
    asking(`§${is('orders.count', 'notEqual', 'many')}`),
    'the text "many"',
    'a number beside it',
  ],
  '`contains` on a number': [
    'NBR_WRONG_FACT_TYPE',
    asking(`§${is('orders.count', 'contains', 3)}`),
    '`contains` with `orders.count`',
    'an operator for numbers',
  ],
  '`someFact` on a number': [
    'NBR_WRONG_FACT_TYPE',
    asking(`§${is('orders.count', 'someFact:equal', 3)}`),
    '`someFact:` with `orders.count`',
    'an operator for numbers',
  ],
  '`startsWith` on a number': [
    'NBR_WRONG_FACT_TYPE',
    asking(`§${is('orders.value', 'startsWith', 'a')}`),
    '`startsWith` with `orders.value`',
    'an operator for numbers',
  ],
  'an order of flags': [
    'NBR_WRONG_FACT_TYPE',
    asking(`§${is('customer.known', 'greaterThan', 0)}`),
    '`greaterThan` with `customer.known`',
    'an operator for `true` or `false`',
  ],
  'a flag in quotes': [
    'NBR_WRONG_FACT_TYPE',
    asking(`§${is('customer.known', 'equal', "'true'")}`),
    'the text "true"',
    '`true` or `false` beside it',
    'without quotes: true',
  ],
  'a key that is a number': [
    'NBR_WRONG_FACT_TYPE',
    asking(`§${is('customer.key', 'equal', 5)}`),
    'the number 5',
    'a text beside it',
    '"5"',
  ],
  'a range of a text': [
    'NBR_WRONG_FACT_TYPE',
    `features:\n  views: { count: page, where: §${is('event.name', 'between', '[1, 5]')} }`,
    '`between` with `event.name`',
    'an operator for texts',
  ],
};

export const faultsInConditions: Readonly<Record<string, Readonly<Record<string, Fault>>>> = {
  'a condition that is never true:': never,
  'conditions that exclude each other:': clashes,
  'a condition that is always true:': always,
  'a condition that decides nothing:': redundant,
  'a fact compared with what it never is:': misfits,
};
