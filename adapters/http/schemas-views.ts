import { Type } from 'typebox';
import { Arms, Odds, OpenObject, Reason } from './schemas.ts';
import { RulebookBody } from './schemas-rulebook.ts';

export const CustomerBody = Type.Object({
  customer: OpenObject,
  identities: Type.Array(OpenObject),
  firstSeenAt: Type.String(),
  lastSeenAt: Type.String(),
  traits: OpenObject,
  features: OpenObject,
  consent: OpenObject,
  contacts: Type.Array(OpenObject),
  overlays: OpenObject,
  segments: OpenObject,
  arms: Arms,
});

export const SegmentsBody = Type.Object({
  asOf: Type.String(),
  segments: Type.Array(
    Type.Object({
      name: Type.String(),
      description: Type.Optional(Type.String()),
      size: Type.Number({ description: 'Customers who are in it.' }),
      value: Type.Optional(
        Type.Number({
          description: 'Sum of the feature that the segment names as its value, as of when each was judged.',
        }),
      ),
      since: Type.Optional(
        Type.String({
          description:
            'Since when it is counted by its present definition; absent while that has not begun everywhere. Customers ' +
            'who were there before are judged within minutes from then on.',
        }),
      ),
      trend: Type.Array(
        Type.Object({
          day: Type.String({ description: 'UTC.' }),
          size: Type.Number({ description: 'At the end of the day.' }),
          value: Type.Optional(Type.Number()),
          entered: Type.Number(),
          left: Type.Number(),
        }),
        { description: 'The last 100 days, oldest first; from the first on which anybody was in it.' },
      ),
    }),
  ),
});

const rows = (description: string) => Type.Array(OpenObject, { description });

export const ExportBody = Type.Object({
  format: Type.Number({ description: 'Of this export; 1.' }),
  exportedAt: Type.String(),
  customer: OpenObject,
  identities: rows('All ids of the customer.'),
  summary: Type.Optional(OpenObject),
  documents: rows(
    'What is stored under each id. `contributions`, by the id that spoke: times seen, traits with the time of each, ' +
      'states of features, consent with source and expiry, contacts with their outcomes, external attributes with where ' +
      'they came from. Beside them waits with the event that began each, segments, and hashes of the messages applied ' +
      'lately, each followed by its receipt time.',
  ),
  decisions: rows('On record, oldest first.'),
  deadLetters: rows('Messages about the customer that could not be applied.'),
  receipts: rows('From what each decision was made, as it is kept; the state in its stored form, as base64.'),
});

export const ErasureBody = Type.Object({
  customer: OpenObject,
  erasedUntil: Type.String({ description: 'What happened up to here never brings the customer back.' }),
});

export const AcceptedBody = Type.Object({ accepted: Type.Boolean(), customer: OpenObject });

export const DecisionBody = Type.Object({
  decisionId: Type.String(),
  customer: OpenObject,
  presentedAs: Type.Optional(OpenObject),
  at: Type.String(),
  cause: OpenObject,
  rulebook: Type.String(),
  model: Type.Number(),
  tables: Type.Optional(OpenObject),
  seed: Type.String(),
  arms: Arms,
  placements: Type.Array(
    Type.Object({
      placement: Type.String(),
      channel: Type.String(),
      treatments: Type.Array(OpenObject),
      fallback: Type.Optional(OpenObject),
      reasons: Type.Array(Reason),
      odds: Type.Optional(Odds),
      takenBack: Type.Optional(
        Type.Number({
          description: 'The couple fell: how likely it was to choose here what was taken back.',
        }),
      ),
    }),
  ),
  putOffUntil: Type.Optional(
    Type.String({ description: 'Quiet hours kept everything back; it is decided anew then.' }),
  ),
});

const RateBody = Type.Object({ total: Type.Number(), perSecond: Type.Number() });

export const StatusBody = Type.Object({
  version: Type.String(),
  startedAt: Type.String(),
  uptimeSeconds: Type.Number(),
  draining: Type.Boolean(),
  streamClients: Type.Number(),
  activity: Type.Object({ events: RateBody, decisions: RateBody, outcomes: RateBody }),
  rulebook: RulebookBody,
});

export const HealthBody = Type.Object({
  status: Type.String(),
  checks: Type.Optional(
    Type.Array(
      Type.Object({ name: Type.String(), ok: Type.Boolean(), detail: Type.Optional(Type.String()) }),
    ),
  ),
});
