import type { Readable } from 'node:stream';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { type OverlayListing, parseIsoTime } from '../../engine/index.ts';
import type { KeptTable } from '../../engine/ports.ts';
import { httpLimits } from './http-limits.ts';
import type { HttpContext, HttpServer } from './http-server.ts';
import { timeToWire } from './map.ts';
import { readRows } from './ndjson-rows.ts';
import { inputError } from './problem.ts';
import { problemResponses } from './schemas.ts';
import { OverlayLoadQuery, OverlayReportBody, OverlaysBody } from './schemas-overlay.ts';

const rowsType = 'application/x-ndjson';

/** External attributes: what is declared and loaded, and the way in. */
export async function addOverlayRoutes(server: HttpServer, context: HttpContext): Promise<void> {
  addListRoute(server, context);
  // Its own scope: bodies of rows are taken here and nowhere else.
  await server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(rowsType, async (_request: unknown, body: Readable) => body);
    addLoadRoute(scope.withTypeProvider<TypeBoxTypeProvider>(), context);
  });
}

function addListRoute(server: HttpServer, { overlays, clock }: HttpContext): void {
  const schema = {
    summary: 'Look at the overlays',
    description: 'External attributes as the rulebook declares them, with the tables that are loaded.',
    tags: ['overlays'],
    response: { 200: OverlaysBody, ...problemResponses },
  };
  server.get('/v1/overlays', { schema }, async () => ({
    overlays: overlays.list().map((listing) => listingToWire(listing, clock.now())),
  }));
}

function addLoadRoute(server: HttpServer, { overlays, clock }: HttpContext): void {
  const schema = {
    summary: 'Load external attributes',
    description: [
      `The body is \`${rowsType}\`: one JSON object a line, with the customer or the key in the overlay's column and the`,
      'attributes under their names. Rows of customers are taken in one by one; those of a table take the place of the',
      'table in force once all of them arrived. Loading the same again changes nothing. Rows that do not fit are',
      'counted and named in the answer, and the others are loaded.',
    ].join(' '),
    tags: ['overlays'],
    params: Type.Object({ name: Type.String({ minLength: 1, maxLength: 100 }) }),
    querystring: OverlayLoadQuery,
    consumes: [rowsType],
    response: { 200: OverlayReportBody, ...problemResponses },
  };
  const options = { schema, bodyLimit: httpLimits.overlayBytesMax };
  server.put('/v1/overlays/:name', options, async (request) => {
    const { at, source = 'http', column } = request.query;
    const report = await overlays.load({
      overlay: request.params.name,
      at: at === undefined ? clock.now() : timeOf(at),
      source,
      ...(column !== undefined && { column }),
      rows: readRows(bodyOf(request.body)),
    });
    return { ...report, rejections: [...report.rejections] };
  });
}

function bodyOf(body: unknown): Readable {
  if (body !== undefined && body !== null) return body as Readable;
  throw inputError([{ pointer: '', detail: `expected a body of ${rowsType}, found none` }]);
}

function timeOf(text: string): number {
  const time = parseIsoTime(text);
  if (time) return time.at;
  throw inputError([
    { pointer: '/at', detail: `expected a time such as 2026-11-01T09:00:00Z, found "${text}"` },
  ]);
}

function listingToWire({ expiresMs, kept, attributes, ...rest }: OverlayListing, now: number) {
  const [first, ...earlier] = kept ?? [];
  return {
    ...rest,
    attributes,
    ...(expiresMs !== undefined && { expiresSeconds: expiresMs / 1_000 }),
    ...(first && { inForce: tableToWire(first, now) }),
    ...(earlier.length > 0 && { earlier: earlier.map((table) => tableToWire(table, now)) }),
  };
}

function tableToWire({ version, rows, source, at, expiresAt, loadedAt }: KeptTable, now: number) {
  return {
    ...{ version, rows, source },
    at: timeToWire(at),
    ...(expiresAt !== undefined && { expiresAt: timeToWire(expiresAt) }),
    loadedAt: timeToWire(loadedAt),
    ageSeconds: Math.max(0, Math.floor((now - at) / 1_000)),
  };
}
