import fc from 'fast-check';
import type {
  ConsentState,
  Contact,
  CustomerKey,
  CustomerState,
  DecisionId,
  ForgottenContacts,
  Json,
  JsonObject,
  OverlayState,
  Partition,
  PendingTimer,
  Profile,
  SegmentMembership,
  ServedContext,
} from '../../../engine/index.ts';
import { decisionIdOf, outcomeKinds } from '../../../engine/index.ts';

/** States as wild as their types allow: any text, any number, anything absent. */

const plain = { noNullPrototype: true };

const someText = fc.oneof(
  fc.constantFrom(
    '',
    'email',
    'web',
    'offers',
    '__proto__',
    'constructor',
    'toString',
    '\uFEFFmark',
    '0',
    '10',
    '9',
  ),
  fc.string({ unit: 'binary', maxLength: 12 }),
  // Halves of surrogate pairs among others.
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 6 })
    .map((units) => String.fromCharCode(...units)),
  fc.constantFrom('\uD83D', '\uDE00', 'a\uD83D', '\uDE00b'),
);

const someTime = fc.oneof(
  fc.integer({ min: 1_600_000_000, max: 1_800_000_000 }).map((seconds) => seconds * 1_000),
  fc.integer({ min: 1_760_000_000_000, max: 1_760_000_100_000 }),
  fc.constantFrom(0, 1, -1, 2 ** 38 - 1, 2 ** 38, 2 ** 42 - 1, 2 ** 42, 0.5, -(2 ** 40)),
);

const someNumber = fc.oneof(
  fc.integer(),
  someTime,
  fc.maxSafeInteger(),
  fc.double({ noNaN: true }),
  fc.integer({ min: -1_000_000, max: 1_000_000 }).map((cents) => cents / 100),
  fc.integer({ min: -1_000_000, max: 1_000_000 }).map((amount) => amount * 10_000),
  fc.constantFrom(0, -0, 2 ** 48, -(2 ** 48), 2 ** 53, 5e-324, 1.7976931348623157e308, 1e-7, 0.1 + 0.2),
);

const someJson: fc.Arbitrary<Json> = fc.letrec<{ value: Json; list: Json; object: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    someNumber,
    someText,
    fc.boolean(),
    fc.constant(null),
    tie('list'),
    tie('object'),
  ),
  list: fc.array(tie('value'), { maxLength: 4 }),
  object: recordOf(tie('value')),
})).value;

const someKey = someText.map((text) => `u:${text}` as CustomerKey);

const someDecision = fc.oneof(
  fc.tuple(fc.nat(1_500), fc.string()).map(([partition, cause]) => {
    return decisionIdOf(partition as Partition, 'u:ada' as CustomerKey, cause);
  }),
  fc
    .constantFrom(
      '0-same',
      '-',
      '0-zzzzzzzzzzzzzzzz',
      '00-0000000000000000',
      '1o-hg8WI3h9N8z3a7d3J1aT7Hc0',
      '1o-h g8WI3h9N8z3a7d',
    )
    .map((id) => id as DecisionId),
  someText.map((text) => text as DecisionId),
);

const someServed: fc.Arbitrary<ServedContext> = fc.record(
  {
    code: fc.nat(40),
    ids: fc.oneof(
      fc.constant([3, 12, 20]),
      fc.uniqueArray(fc.oneof(fc.nat(160), fc.nat(1_000_000)), { maxLength: 18 }).map((ids) => {
        return ids.sort((one, other) => one - other);
      }),
    ),
    score: fc.oneof(fc.integer({ min: -3_000, max: 3_000 }), fc.integer()),
  },
  plain,
);

const someContact: fc.Arbitrary<Contact> = fc.record(
  {
    decision: someDecision,
    at: someTime,
    action: someText,
    group: someText,
    treatment: someText,
    channel: someText,
    placement: someText,
    session: fc.oneof(fc.constant(7), fc.nat(2 ** 48 - 1)),
    served: fc.array(someServed, { maxLength: 2 }),
    needsView: fc.constant(true as const),
    outcomes: fc.record(Object.fromEntries(outcomeKinds.map((kind) => [kind, someTime])), {
      requiredKeys: [],
      noNullPrototype: true,
    }) as fc.Arbitrary<NonNullable<Contact['outcomes']>>,
  },
  {
    requiredKeys: ['decision', 'at', 'action', 'group', 'treatment', 'channel', 'placement'],
    noNullPrototype: true,
  },
);

const someForgotten: fc.Arbitrary<ForgottenContacts> = fc.record(
  {
    action: someText,
    group: someText,
    treatment: someText,
    channel: someText,
    placement: someText,
    counts: fc.record(
      { decided: fc.nat(9), click: fc.nat(9) },
      { requiredKeys: ['decided'], noNullPrototype: true },
    ),
  },
  plain,
);

const someConsent: fc.Arbitrary<ConsentState> = fc.record(
  {
    status: fc.constantFrom('granted', 'denied', 'withdrawn'),
    at: someTime,
    source: someText,
    expiresAt: someTime,
  },
  { requiredKeys: ['status', 'at', 'source'], noNullPrototype: true },
);

const someOverlay: fc.Arbitrary<OverlayState> = fc.record(
  {
    values: recordOf(someJson) as fc.Arbitrary<JsonObject>,
    at: someTime,
    source: someText,
    expiresAt: someTime,
  },
  { requiredKeys: ['values', 'at', 'source'], noNullPrototype: true },
);

/** Numbers of one kind, as a lane holds them. */
const someLane = fc.constantFrom(
  someTime,
  fc.nat(3),
  fc.nat(2 ** 31 - 1),
  fc.integer({ min: -100_000, max: 100_000 }),
  fc.integer({ min: 0, max: 1_000 }).map((amount) => amount * 1_000_000),
  fc.integer({ min: 2 ** 21, max: 2 ** 48 }),
  fc.constant(0),
  someNumber,
);

const someRows: fc.Arbitrary<readonly Json[]> = fc
  .tuple(fc.array(someLane, { minLength: 1, maxLength: 4 }), fc.constantFrom([], [0], [3_600_000]))
  .chain(([lanes, lead]) =>
    fc.array(fc.tuple(...lanes), { maxLength: 12 }).map((rows): readonly Json[] => [...lead, ...rows.flat()]),
  );

const someFeature: fc.Arbitrary<readonly Json[]> = fc.oneof(
  someRows,
  fc.array(someTime, { maxLength: 5 }),
  fc.array(someJson, { maxLength: 6 }),
  fc.array(fc.tuple(someTime, fc.nat(3)), { maxLength: 20 }).map((entries) => [0, ...entries.flat()]),
);

/** Under keys such as features have. */
const keyedFeatures = fc.dictionary(fc.stringMatching(/^[A-Za-z][\w-]{4}$/), someFeature, {
  maxKeys: 40,
  noNullPrototype: true,
});

const someProfile: fc.Arbitrary<Profile> = fc.record(
  {
    firstSeenAt: someTime,
    lastSeenAt: someTime,
    traits: recordOf(fc.tuple(someJson, someTime)),
    features: fc.oneof(recordOf(someFeature), keyedFeatures),
    consent: recordOf(someConsent),
    contacts: fc.array(someContact, { maxLength: 5 }),
    forgotten: fc.array(someForgotten, { minLength: 1, maxLength: 3 }),
    overlays: recordOf(someOverlay),
  },
  {
    ...plain,
    requiredKeys: ['firstSeenAt', 'lastSeenAt', 'traits', 'features', 'consent', 'contacts', 'overlays'],
  },
);

const someTimer: fc.Arbitrary<PendingTimer> = fc.record(
  {
    id: someText,
    due: someTime,
    trigger: someText,
    messageId: someText,
    event: someJson,
    replayed: fc.constant(true as const),
    of: someKey,
    since: someTime,
  },
  { requiredKeys: ['id', 'due', 'trigger', 'messageId', 'event'], noNullPrototype: true },
);

const someMembership: fc.Arbitrary<SegmentMembership> = fc.record(
  { since: someTime, value: someNumber },
  plain,
);

const someSeen = fc
  .array(fc.tuple(fc.nat(2 ** 31 - 1), fc.nat(65_535), fc.integer({ min: -10, max: 30_000_000 })), {
    maxLength: 10,
  })
  .map((entries) => entries.flatMap(([low, high, minute]) => [high * 2 ** 32 + low * 2, minute]));

export const someState: fc.Arbitrary<CustomerState> = fc.record(
  {
    schema: fc.constant(4 as const),
    key: someKey,
    own: someProfile,
    sources: recordOf(someProfile),
    via: recordOf(someKey),
    forward: someKey,
    splits: fc.array(someKey, { maxLength: 3 }),
    seen: someSeen,
    timers: fc.array(someTimer, { maxLength: 3 }),
    segments: recordOf(someMembership),
    judgedAt: someTime,
    erasedUntil: someTime,
    pendingConsent: fc.array(
      fc.record({ message: fc.maxSafeInteger(), of: someKey, name: someText, state: someConsent }, plain),
      { maxLength: 2 },
    ),
  },
  {
    requiredKeys: ['schema', 'key', 'own', 'sources', 'via', 'splits', 'seen', 'timers', 'segments'],
    noNullPrototype: true,
  },
);

/** With members of any name, those of an object's own prototype included. */
function recordOf<Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Record<string, Value>> {
  return fc.array(fc.tuple(someText, value), { maxLength: 4 }).map((entries) => Object.fromEntries(entries));
}
