import { Type } from 'typebox';
import { Holdout, OpenObject, Reason } from './schemas.ts';
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
