import type { Static } from 'typebox';
import { countRulebook, type PublishedRulebook, type RulebookInForce } from '../../engine/index.ts';
import { checkBody } from './body.ts';
import type { RejectedChange } from './http-options.ts';
import type { HttpContext, HttpServer } from './http-server.ts';
import { timeToWire } from './map.ts';
import { problemResponses } from './schemas.ts';
import { RollbackBody, RulebookBody, RulebookHistoryBody } from './schemas-rulebook.ts';

/** The rulebook in force, those before it, and the way back to them. */
export function addRulebookRoutes(server: HttpServer, context: HttpContext): void {
  addRulebookRoute(server, context);
  addHistoryRoute(server, context);
  addRollbackRoute(server, context);
}

function addRulebookRoute(server: HttpServer, context: HttpContext): void {
  const schema = {
    summary: 'Look at the rulebook in force',
    tags: ['operation'],
    response: { 200: RulebookBody, ...problemResponses },
  };
  server.get('/v1/rulebook', { schema }, async () => rulebookToWire(context));
}

function addHistoryRoute(server: HttpServer, { rulebooks }: HttpContext): void {
  const schema = {
    summary: 'Look at the last rulebooks',
    description: 'Newest first. Each of them can be put into force again.',
    tags: ['operation'],
    response: { 200: RulebookHistoryBody, ...problemResponses },
  };
  server.get('/v1/rulebook/history', { schema }, async () => {
    const { inForce, books } = rulebooks.history();
    return {
      ...(inForce === undefined ? {} : { inForce: inForceToWire(inForce) }),
      rulebooks: books.map((book) => bookToWire(book, inForce)),
    };
  });
}

function addRollbackRoute(server: HttpServer, context: HttpContext): void {
  const schema = {
    summary: 'Put an earlier rulebook into force',
    description:
      'On every server, without a restart. Answers with the rulebook in force from then on, as `GET /v1/rulebook` does.',
    tags: ['operation'],
    body: RollbackBody,
    response: { 200: RulebookBody, ...problemResponses },
  };
  server.post('/v1/rulebook/rollback', { schema, preValidation: checkBody }, async (request) => {
    const body: Static<typeof RollbackBody> = request.body;
    await context.rulebooks.rollBack(body);
    return rulebookToWire(context);
  });
}

export function rulebookToWire({ application, rulebookStatus }: HttpContext) {
  const rulebook = application.rulebook();
  const { loadedAt, inForce, rejected } = rulebookStatus();
  return {
    ...(rulebook === undefined ? {} : { version: rulebook.version, currency: rulebook.currency }),
    ...(inForce === undefined ? {} : movedToWire(inForce)),
    ...(loadedAt === undefined ? {} : { loadedAt: timeToWire(loadedAt) }),
    counts: rulebook === undefined ? {} : countRulebook(rulebook),
    placements: [...(rulebook?.placements.values() ?? [])].map(({ name, channel }) => ({ name, channel })),
    ...(rejected === undefined ? {} : { rejected: rejectedToWire(rejected) }),
  };
}

function bookToWire({ version, publishedAt, author, counts }: PublishedRulebook, now?: RulebookInForce) {
  return {
    version,
    publishedAt: timeToWire(publishedAt),
    ...(author === undefined ? {} : { author }),
    inForce: version === now?.version,
    counts,
  };
}

function inForceToWire(inForce: RulebookInForce) {
  return { version: inForce.version, ...movedToWire(inForce) };
}

/** How the rulebook in force came to be so. */
function movedToWire({ since, reason, by, note, replaces }: RulebookInForce) {
  return {
    since: timeToWire(since),
    reason,
    ...(by === undefined ? {} : { author: by }),
    ...(note === undefined ? {} : { note }),
    ...(replaces === undefined ? {} : { replaces }),
  };
}

function rejectedToWire({ at, diagnostics }: RejectedChange) {
  return { at: timeToWire(at), diagnostics: [...diagnostics] };
}
