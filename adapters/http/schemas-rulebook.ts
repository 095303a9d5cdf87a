import { Type } from 'typebox';
import { limits } from '../../engine/index.ts';
import { Named } from './schemas.ts';

const Diagnostic = Type.Object({
  code: Type.String(),
  severity: Type.String(),
  file: Type.String(),
  line: Type.Number(),
  column: Type.Number(),
  message: Type.String(),
  hint: Type.Optional(Type.String()),
});

/** How a rulebook came into force. */
const moved = {
  since: Type.String({ description: 'When it was put into force.' }),
  reason: Type.Enum(['published', 'rolled-back']),
  author: Type.Optional(Type.String({ description: 'Who did it, where that is known.' })),
  note: Type.Optional(Type.String()),
  replaces: Type.Optional(Type.String({ description: 'The version that was in force before.' })),
};

const counts = Named<number>(Type.Number());

export const RulebookBody = Type.Object({
  version: Type.Optional(Type.String({ description: 'Absent until the first valid rulebook.' })),
  currency: Type.Optional(Type.String()),
  ...moved,
  since: Type.Optional(moved.since),
  reason: Type.Optional(moved.reason),
  loadedAt: Type.Optional(Type.String({ description: 'When this server took it over.' })),
  counts,
  placements: Type.Array(Type.Object({ name: Type.String(), channel: Type.String() })),
  rejected: Type.Optional(
    Type.Object(
      { at: Type.String(), diagnostics: Type.Array(Diagnostic) },
      { description: 'The last change, if refused.' },
    ),
  ),
});

export const RulebookHistoryBody = Type.Object({
  inForce: Type.Optional(Type.Object({ version: Type.String(), ...moved })),
  rulebooks: Type.Array(
    Type.Object({
      version: Type.String(),
      publishedAt: Type.String(),
      author: Type.Optional(Type.String()),
      inForce: Type.Boolean(),
      counts,
    }),
    { description: 'Newest first.' },
  ),
});

export const RollbackBody = Type.Object(
  {
    version: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: limits.idLengthMax,
        description: 'A version of the history; the one that was in force before when absent.',
      }),
    ),
    author: Type.Optional(Type.String({ minLength: 1, maxLength: limits.authorLengthMax })),
    note: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: limits.noteLengthMax,
        description: 'Why, for those who look later.',
      }),
    ),
  },
  { additionalProperties: false, examples: [{ author: 'ann', note: 'The sale began too early.' }] },
);
