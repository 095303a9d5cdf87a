import { CodedError } from '../../engine/index.ts';
import { exportToWire } from './export-map.ts';
import type { HttpContext, HttpServer } from './http-server.ts';
import { customerToWire, pathToCustomer, timeToWire } from './map.ts';
import { CustomerKind, CustomerPath } from './record-routes.ts';
import { problemResponses } from './schemas.ts';
import { ErasureBody, ExportBody } from './schemas-views.ts';

/** What a person may ask of whoever holds data about them: everything, or that it goes away. */
export function addPrivacyRoutes(server: HttpServer, context: HttpContext): void {
  addExportRoute(server, context);
  addEraseRoute(server, context);
}

function addExportRoute(server: HttpServer, { application }: HttpContext): void {
  const schema = {
    summary: 'Export everything held of one customer',
    description:
      'All ids, traits with their times, features, consent, contacts, waits, segments, external attributes with where they ' +
      'came from, decisions on record and messages that could not be applied. Any id of the customer will do. The raw ' +
      'logs of events and decisions, which are kept until their age, are not part of it.',
    tags: ['customers'],
    params: CustomerPath,
    querystring: CustomerKind,
    response: { 200: ExportBody, ...problemResponses },
  };
  server.get('/v1/customers/:id/export', { schema }, async (request, reply) => {
    const key = pathToCustomer(
      request.params.id,
      request.query.anonymous === 'true',
      application.rulebook()?.identity,
    );
    const held = await application.exportCustomer(key);
    if (held === undefined) {
      throw new CodedError('NB_UNKNOWN_CUSTOMER', 'Nothing is held of a customer with this id.');
    }
    reply.header('content-disposition', 'attachment; filename="customer.json"');
    reply.header('cache-control', 'no-store');
    return exportToWire(held);
  });
}

function addEraseRoute(server: HttpServer, { application }: HttpContext): void {
  const schema = {
    summary: 'Erase one customer',
    description:
      'Forgets the customer with all ids: state, identities, consent, contacts, waits, decisions on record. The erasure is ' +
      'durable when this answers and takes its turn among the events of the customer; `GET /v1/customers/{id}` answers ' +
      '404 for each of the ids once it is done. Events that happened before do not bring the customer back; an id that ' +
      'is unknown is answered alike.',
    tags: ['customers'],
    params: CustomerPath,
    querystring: CustomerKind,
    response: { 202: ErasureBody, ...problemResponses },
  };
  server.delete('/v1/customers/:id', { schema }, async (request, reply) => {
    const asked = pathToCustomer(
      request.params.id,
      request.query.anonymous === 'true',
      application.rulebook()?.identity,
    );
    const { key, until } = await application.erase(asked);
    reply.code(202);
    return { customer: customerToWire(key), erasedUntil: timeToWire(until) };
  });
}
