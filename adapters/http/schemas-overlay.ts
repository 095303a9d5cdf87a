import { Type } from 'typebox';
import { limits } from '../../engine/index.ts';
import { Named } from './schemas.ts';

const Attributes = Named<string>({ type: 'string' });

const Table = Type.Object({
  version: Type.String(),
  rows: Type.Number(),
  source: Type.String(),
  at: Type.String(),
  expiresAt: Type.Optional(Type.String()),
  loadedAt: Type.String(),
  ageSeconds: Type.Number({ description: 'Since the source told it.' }),
});

export const OverlaysBody = Type.Object({
  overlays: Type.Array(
    Type.Object({
      name: Type.String(),
      kind: Type.String({ description: '`customer` or `table`.' }),
      attributes: Attributes,
      column: Type.String(),
      expiresSeconds: Type.Optional(Type.Number()),
      by: Type.Optional(Type.String()),
      service: Type.Optional(Type.String()),
      key: Type.Optional(Type.String()),
      file: Type.Optional(Type.Object({ path: Type.String(), version: Type.String(), rows: Type.Number() })),
      inForce: Type.Optional(Table),
      earlier: Type.Optional(Type.Array(Table)),
    }),
  ),
});

export const OverlayLoadQuery = Type.Object({
  at: Type.Optional(Type.String({ description: 'When the source told it, ISO 8601; now when absent.' })),
  source: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 300,
      description: 'Where it comes from, such as a file and its digest.',
    }),
  ),
  column: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: limits.idLengthMax,
      description: 'The column of the customer or the key.',
    }),
  ),
});

export const OverlayReportBody = Type.Object({
  overlay: Type.String(),
  rows: Type.Number(),
  loaded: Type.Number(),
  rejected: Type.Number(),
  rejections: Type.Array(Type.Object({ row: Type.Number(), reason: Type.String() })),
  version: Type.Optional(Type.String()),
  isNew: Type.Optional(Type.Boolean()),
});
