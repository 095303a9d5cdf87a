import { Type } from 'typebox';
import type { HttpContext, HttpServer } from './http-server.ts';
import { customerToWire, pathToCustomer } from './map.ts';
import { CustomerKind, CustomerPath, customerIdMax } from './record-routes.ts';
import { problemResponses } from './schemas.ts';
import { AcceptedBody } from './schemas-views.ts';

/** Bringing customers together and taking them apart again, by a person who knows better than the events. */

const writtenId = (description: string) =>
  Type.String({
    minLength: 1,
    maxLength: customerIdMax,
    description,
    examples: ['a:4f1c', 'i:email:ada@example.org'],
  });

const MergeBody = Type.Object({
  with: writtenId('Any id of the other customer, written as in the path.'),
});
const UnmergeBody = Type.Object({
  id: writtenId('The id to take out, written as in the path.'),
});

export function addIdentityRoutes(server: HttpServer, context: HttpContext): void {
  addMergeRoute(server, context);
  addUnmergeRoute(server, context);
}

function addMergeRoute(server: HttpServer, { application }: HttpContext): void {
  const schema = {
    summary: 'Merge two customers',
    description:
      'The two are one customer as soon as the merge had its turn among their events: known ids go before visitors, ' +
      'visitors before identifiers, and of two alike the one that sorts first. The limits of the rulebook do not hold for ' +
      'a merge that is asked for; blocked ids are never merged. Ids that were taken apart come together again.',
    tags: ['customers'],
    params: CustomerPath,
    querystring: CustomerKind,
    body: MergeBody,
    response: { 202: AcceptedBody, ...problemResponses },
  };
  server.post('/v1/customers/:id/merge', { schema }, async (request, reply) => {
    const identity = application.rulebook()?.identity;
    const key = pathToCustomer(request.params.id, request.query.anonymous === 'true', identity);
    await application.merge(key, pathToCustomer(request.body.with, false, identity));
    reply.code(202);
    return { accepted: true, customer: customerToWire(key) };
  });
}

function addUnmergeRoute(server: HttpServer, { application }: HttpContext): void {
  const schema = {
    summary: 'Take an id out of a customer',
    description:
      'The id gets back what it contributed, with all that had been merged into it before, and is a customer of its own ' +
      'again; so is the rest. Events do not bring them together again, only another merge does.',
    tags: ['customers'],
    params: CustomerPath,
    querystring: CustomerKind,
    body: UnmergeBody,
    response: { 202: AcceptedBody, ...problemResponses },
  };
  server.post('/v1/customers/:id/unmerge', { schema }, async (request, reply) => {
    const identity = application.rulebook()?.identity;
    const key = pathToCustomer(request.params.id, request.query.anonymous === 'true', identity);
    await application.unmerge(key, pathToCustomer(request.body.id, false, identity));
    reply.code(202);
    return { accepted: true, customer: customerToWire(key) };
  });
}
