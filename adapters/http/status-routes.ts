import type { HttpContext, HttpServer } from './http-server.ts';
import { timeToWire } from './map.ts';
import { rulebookToWire } from './rulebook-routes.ts';
import { problemResponses } from './schemas.ts';
import { HealthBody, StatusBody } from './schemas-views.ts';

/** How the server is: for people (`/v1/status`), for orchestrators (`/livez`, `/readyz`), for Prometheus (`/metrics`). */
export function addStatusRoutes(server: HttpServer, context: HttpContext): void {
  addStatusRoute(server, context);
  addHealthRoutes(server, context);
  addMetricsRoute(server, context);
}

function addStatusRoute(server: HttpServer, context: HttpContext): void {
  const schema = {
    summary: 'Counters and rates of this process',
    tags: ['operation'],
    response: { 200: StatusBody, ...problemResponses },
  };
  server.get('/v1/status', { schema }, async () => ({
    version: context.version,
    startedAt: timeToWire(context.startedAt),
    uptimeSeconds: Math.max(0, (context.clock.now() - context.startedAt) / 1_000),
    draining: context.isDraining(),
    streamClients: context.streamClients.count,
    activity: context.metrics.activity(),
    rulebook: rulebookToWire(context),
  }));
}

function addHealthRoutes(server: HttpServer, context: HttpContext): void {
  const response = { 200: HealthBody, 503: HealthBody };
  const alive = { summary: 'Is the process alive?', tags: ['operation'], response };
  server.get('/livez', { schema: alive }, async () => ({ status: 'alive' }));
  const ready = { summary: 'May it be sent requests?', tags: ['operation'], response };
  server.get('/readyz', { schema: ready }, async (_request, reply) => {
    const draining = { name: 'not draining', ok: !context.isDraining() };
    const checks = [draining, ...(await context.readiness())];
    const isReady = checks.every(({ ok }) => ok);
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'ready' : 'not ready', checks });
  });
}

function addMetricsRoute(server: HttpServer, { metrics }: HttpContext): void {
  const schema = {
    summary: 'Metrics in the format of Prometheus',
    tags: ['operation'],
    response: { 200: { description: 'Metrics.', content: { 'text/plain': { schema: { type: 'string' } } } } },
  };
  server.get('/metrics', { schema }, async (_request, reply) => {
    const { contentType, body } = await metrics.page();
    return reply.type(contentType).serializer(String).send(body);
  });
}
