import { overlayFact } from '../facts/read-facts.ts';
import type { Json } from '../model/json.ts';
import { type OutcomeKind, outcomeKinds } from '../model/outcome.ts';
import type { RulebookTest, TestEvent } from '../model/rulebook.ts';
import { type ReasonCode, reasons } from '../reasons.ts';
import type { BookContext } from './book-context.ts';
import { list, mapOf } from './collection-shapes.ts';
import type { FactTable } from './conditions/fact-table.ts';
import type { Cursor } from './cursor.ts';
import { armsOf } from './experiment-arms.ts';
import { consentKeyPattern, namePattern, subjectNamePattern } from './names.ts';
import { didYouMean } from './nearest-name.ts';
import { defaulted, object, optional, required, type Values } from './object-shape.ts';
import { anyMap, anything, duration, flag, inWords, isoTime, oneOf, text } from './scalar-shapes.ts';

const anAge = optional(duration({ minMs: 0 }), 'How long ago it was told of the contact.');
const outcomeFields = {
  delivered: anAge,
  impression: anAge,
  click: anAge,
  conversion: anAge,
  dismiss: anAge,
  bounce: anAge,
  complaint: anAge,
} satisfies Readonly<Record<OutcomeKind, unknown>>;

const contactFields = {
  action: required(text, 'Action of the contact.'),
  treatment: optional(text, 'Its treatment.'),
  channel: optional(text, 'Its channel.'),
  placement: optional(text, 'Its placement.'),
  ago: required(duration({ minMs: 0 }), 'How long ago it was.'),
  outcomes: optional(
    object('the outcomes', outcomeFields),
    'What became of it, and how long ago: `{ impression: 2d, dismiss: 1d }`.',
  ),
};

const customerFields = {
  known: defaulted(flag, true, 'A customer who told us who they are.'),
  features: defaulted(mapOf(namePattern, anything), {}, 'Values of features.'),
  traits: defaulted(anyMap, {}, 'Traits.'),
  overlay: defaulted(
    mapOf(subjectNamePattern, mapOf(subjectNamePattern, anything)),
    {},
    'Values of overlays, by name and attribute.',
  ),
  consent: defaulted(
    mapOf(consentKeyPattern, oneOf(['granted', 'denied', 'withdrawn', 'expired'])),
    {},
    'Consent by purpose, or purpose and channel; every purpose is granted unless it stands here. `expired` is a grant that is over.',
  ),
  contacts: defaulted(list(object('a contact', contactFields)), [], 'Earlier contacts.'),
  arms: defaulted(
    mapOf(namePattern, text),
    {},
    'Arms by experiment; an experiment that is not named does not run.',
  ),
};

const eventFields = {
  name: required(text, 'Its name; `page` or `screen` for a view.'),
  properties: defaulted(anyMap, {}, 'Its properties.'),
  context: defaulted(anyMap, {}, 'Its context.'),
  traits: defaulted(anyMap, {}, 'Its traits.'),
};

const reasonCodes = Object.keys(reasons) as readonly ReasonCode[];
const names = list(text);
const expectFields = {
  first: optional(text, 'Action in the first rank.'),
  ranked: optional(names, 'Actions from the top, in this order.'),
  in: defaulted(names, [], 'Actions that are chosen, in any rank.'),
  out: defaulted(
    mapOf(subjectNamePattern, oneOf(reasonCodes)),
    {},
    'Actions that are not chosen, with the reason.',
  ),
  fallback: optional(flag, 'Whether the fallback is shown.'),
  triggers: optional(names, 'All triggers that the event sets off, at once or after their wait.'),
};

const fields = {
  name: required(text, 'What is expected, in words.'),
  at: optional(isoTime, 'Moment of the decision; now when absent.'),
  customer: defaulted(
    object('a customer', customerFields),
    { known: true, features: {}, traits: {}, overlay: {}, consent: {}, contacts: [], arms: {} },
    'The customer.',
  ),
  context: defaulted(anyMap, {}, 'Facts of the request.'),
  event: optional(object('an event', eventFields), 'The event at hand, as for a trigger that asks.'),
  ask: required(object('a request', { placement: required(text, 'Placement that asks.') }), 'The request.'),
  expect: required(object('an expectation', expectFields), 'What must come out.'),
};

export const testShape = object('a test', fields);
export type TestFields = Values<typeof fields>;

/** `purposes` are all that actions of the book need: a test only says where a customer differs. */
export function compileTests(context: BookContext, purposes: Iterable<string>): readonly RulebookTest[] {
  const granted = Object.fromEntries([...purposes].map((purpose) => [purpose, 'granted' as const]));
  return context.drafts.tests.map(({ value, at }) => {
    checkNames(value, at, context);
    const { customer } = value;
    const test = {
      name: value.name,
      file: at.file,
      line: at.place.line,
      customer: {
        known: customer.known,
        // The document was found to be plain JSON before anything was read from it.
        features: customer.features as Readonly<Record<string, Json>>,
        traits: customer.traits as Readonly<Record<string, Json>>,
        overlays: overlayFacts(customer.overlay),
        consent: { ...granted, ...customer.consent },
        contacts: customer.contacts.map(compileContact),
        arms: customer.arms,
      },
      placement: value.ask.placement,
      context: value.context as Readonly<Record<string, Json>>,
      expect: compileExpectation(value.expect, at),
    };
    return {
      ...test,
      ...(value.at === undefined ? {} : { at: value.at.at }),
      ...(value.event === undefined ? {} : { event: value.event as TestEvent }),
    };
  });
}

function overlayFacts(overlays: TestFields['customer']['overlay']): Readonly<Record<string, Json>> {
  return Object.fromEntries(
    Object.entries(overlays).flatMap(([overlay, values]) =>
      // The document was found to be plain JSON before anything was read from it.
      Object.entries(values).map(([attribute, value]) => [overlayFact(overlay, attribute), value as Json]),
    ),
  );
}

type TestContact = RulebookTest['customer']['contacts'][number];

function compileContact(contact: TestFields['customer']['contacts'][number]): TestContact {
  const { action, treatment, channel, placement, ago: agoMs, outcomes } = contact;
  return {
    action,
    ...(treatment === undefined ? {} : { treatment }),
    ...(channel === undefined ? {} : { channel }),
    ...(placement === undefined ? {} : { placement }),
    agoMs,
    ...(outcomes === undefined ? {} : { outcomes: stated(outcomes) }),
  };
}

function stated(
  outcomes: Readonly<Record<OutcomeKind, number | undefined>>,
): NonNullable<TestContact['outcomes']> {
  const ages: Partial<Record<OutcomeKind, number>> = {};
  for (const kind of outcomeKinds) {
    const age = outcomes[kind];
    if (age !== undefined) ages[kind] = age;
  }
  return ages;
}

function compileExpectation(expect: TestFields['expect'], at: Cursor): RulebookTest['expect'] {
  const { first, ranked, in: within, out, fallback, triggers } = expect;
  const counted = within.length + Object.keys(out).length + (ranked?.length ?? 0);
  if ([first, fallback, triggers].every((field) => field === undefined) && counted === 0) {
    at.at('expect').warn(
      'NBR_TEST_ASSERTS_NOTHING',
      `${at.label}: expected \`first\`, \`ranked\`, \`in\`, \`out\`, \`fallback\` or \`triggers\`, found none; the test cannot fail.`,
    );
  }
  return {
    ...(first === undefined ? {} : { first }),
    ...(ranked === undefined ? {} : { ranked }),
    in: within,
    out,
    ...(fallback === undefined ? {} : { fallback }),
    ...(triggers === undefined ? {} : { triggers }),
  };
}

function checkNames({ customer, event, ask, expect }: TestFields, at: Cursor, context: BookContext): void {
  const { names: known, facts } = context;
  const customerAt = at.at('customer');
  for (const feature of Object.keys(customer.features)) {
    if (facts.resolve(feature)?.kind !== 'feature')
      known.check('feature', feature, customerAt.at('features', feature));
  }
  for (const [overlay, values] of Object.entries(customer.overlay)) {
    for (const attribute of Object.keys(values)) {
      checkAttribute(overlayFact(overlay, attribute), customerAt.at('overlay', overlay, attribute), facts);
    }
  }
  for (const [index, contact] of customer.contacts.entries()) {
    const contactAt = customerAt.at('contacts', index);
    known.check('action', contact.action, contactAt.at('action'));
    if (contact.channel !== undefined) known.check('channel', contact.channel, contactAt.at('channel'));
    if (contact.placement !== undefined)
      known.check('placement', contact.placement, contactAt.at('placement'));
  }
  checkArms(customer.arms, customerAt.at('arms'), context);
  known.check('placement', ask.placement, at.at('ask', 'placement'));
  const expectAt = at.at('expect');
  if (expect.first !== undefined) known.check('action', expect.first, expectAt.at('first'));
  known.checkAll('action', expect.ranked ?? [], expectAt.at('ranked'));
  known.checkAll('action', expect.in, expectAt.at('in'));
  for (const action of Object.keys(expect.out)) known.check('action', action, expectAt.at('out', action));
  known.checkAll('trigger', expect.triggers ?? [], expectAt.at('triggers'));
  if (expect.triggers !== undefined && event === undefined) {
    expectAt
      .at('triggers')
      .error('NBR_MISSING_FIELD', `${at.label}: expected a test of triggers with an \`event\`, found none.`);
  }
}

/** Which arms an experiment has is told by its fields as they are written. */
function checkArms(arms: TestFields['customer']['arms'], at: Cursor, { names, drafts }: BookContext): void {
  for (const [experiment, arm] of Object.entries(arms)) {
    if (experiment === drafts.holdout.draft?.value.name)
      checkArm(arm, ['holdout', 'treated'], at.at(experiment));
    else if (names.check('experiment', experiment, at.at(experiment))) {
      const draft = drafts.experiments.drafts.find(({ name }) => name === experiment);
      if (draft) checkArm(arm, armsOf(draft.value), at.at(experiment));
    }
  }
}

function checkArm(arm: string, known: readonly string[], at: Cursor): void {
  if (known.includes(arm)) return;
  at.error(
    'NBR_UNKNOWN_ARM',
    `${at.label}: found the unknown arm \`${arm}\`, expected one of ${inWords(known)}.`,
    didYouMean(arm, known),
  );
}

function checkAttribute(fact: string, at: Cursor, facts: FactTable): void {
  if (facts.resolve(fact)) return;
  at.error(
    'NBR_UNKNOWN_FACT',
    `${at.label}: found the unknown fact \`${fact}\`, expected an attribute that \`overlays\` declares.`,
    didYouMean(fact, facts.names()),
  );
}
