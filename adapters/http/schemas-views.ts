import { Type } from 'typebox';
import { Holdout, Named, OpenObject, Reason } from './schemas.ts';

export const CustomerBody = Type.Object({
  customer: OpenObject,
  identities: Type.Array(OpenObject),
  firstSeenAt: Type.String(),
  lastSeenAt: Type.String(),
  traits: OpenObject,
  features: OpenObject,
  consent: OpenObject,
  contacts: Type.Array(OpenObject),
  holdout: Type.Optional(Holdout),
});

export const DecisionBody = Type.Object({
  decisionId: Type.String(),
  customer: OpenObject,
  at: Type.String(),
  cause: OpenObject,
  rulebook: Type.String(),
  model: Type.Number(),
  seed: Type.String(),
  holdout: Type.Optional(Holdout),
  placements: Type.Array(
    Type.Object({
      placement: Type.String(),
      channel: Type.String(),
      treatments: Type.Array(OpenObject),
      fallback: Type.Optional(OpenObject),
      reasons: Type.Array(Reason),
    }),
  ),
});

const Diagnostic = Type.Object({
  code: Type.String(),
  severity: Type.String(),
  file: Type.String(),
  line: Type.Number(),
  column: Type.Number(),
  message: Type.String(),
  hint: Type.Optional(Type.String()),
});

export const RulebookBody = Type.Object({
  version: Type.Optional(Type.String({ description: 'Absent until the first valid rulebook.' })),
  currency: Type.Optional(Type.String()),
  loadedAt: Type.Optional(Type.String()),
  counts: Named<number>(Type.Number()),
  placements: Type.Array(Type.Object({ name: Type.String(), channel: Type.String() })),
  rejected: Type.Optional(
    Type.Object(
      { at: Type.String(), diagnostics: Type.Array(Diagnostic) },
      { description: 'The last change, if refused.' },
    ),
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
