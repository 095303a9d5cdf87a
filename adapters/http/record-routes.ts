import { Type } from 'typebox';
import { CodedError, limits } from '../../engine/index.ts';
import type { HttpContext, HttpServer } from './http-server.ts';
import { customerViewToWire, decisionToWire, pathToCustomer } from './map.ts';
import { problemResponses } from './schemas.ts';
import { CustomerBody, DecisionBody } from './schemas-views.ts';

/** Reading what is known: one customer, one decision. */

const nameMax = 100;
/** With the kind before it: `u:`, or the name of an identifier. */
export const customerIdMax = limits.idLengthMax + 'i::'.length + nameMax;
export const CustomerPath = Type.Object({ id: Type.String({ minLength: 1, maxLength: customerIdMax }) });
export const CustomerKind = Type.Object({
  anonymous: Type.Optional(Type.Enum(['true', 'false'], { description: 'The id is an anonymousId.' })),
});

export function addRecordRoutes(server: HttpServer, context: HttpContext): void {
  addCustomerRoute(server, context);
  addDecisionRoute(server, context);
}

function addCustomerRoute(server: HttpServer, { application }: HttpContext): void {
  const schema = {
    summary: 'Look at one customer',
    description:
      'The id is a userId; `a:<id>` or `?anonymous=true` names a visitor, `u:<id>` a userId that begins so, ' +
      '`i:<name>:<value>` a declared identifier such as `i:email:ada@example.org`.',
    tags: ['customers'],
    params: CustomerPath,
    querystring: CustomerKind,
    response: { 200: CustomerBody, ...problemResponses },
  };
  server.get('/v1/customers/:id', { schema }, async (request) => {
    const key = pathToCustomer(
      request.params.id,
      request.query.anonymous === 'true',
      application.rulebook()?.identity,
    );
    const view = await application.customer(key);
    if (view === undefined)
      throw new CodedError('NB_UNKNOWN_CUSTOMER', 'No event of a customer with this id has been seen.');
    return customerViewToWire(view);
  });
}

function addDecisionRoute(server: HttpServer, { application }: HttpContext): void {
  const schema = {
    summary: 'Look at one decision',
    description: 'With the reason for which each candidate was or was not chosen.',
    tags: ['decisions'],
    params: CustomerPath,
    response: { 200: DecisionBody, ...problemResponses },
  };
  server.get('/v1/decisions/:id', { schema }, async (request) => {
    const decision = await application.decision(request.params.id);
    if (decision === undefined)
      throw new CodedError('NB_UNKNOWN_DECISION', 'No decision with this id is kept.');
    return decisionToWire(decision);
  });
}
