import type { Static } from 'typebox';
import {
  CodedError,
  type CustomerKey,
  type DecideRequest,
  describeValue,
  didYouMean,
  type FieldReader,
  type InputFault,
  isJsonObject,
  type Json,
  type JsonObject,
  limits,
  type PreviewChanges,
  parseIsoTime,
  pointerTo,
  type Rulebook,
  readId,
  readTouchpoint,
  type TouchpointEvent,
  type TouchpointFault,
} from '../../engine/index.ts';
import { eventError, readingOptions } from './event-input.ts';
import type { HttpContext } from './http-server.ts';
import { idsToKey } from './map.ts';
import type { DecideBody } from './schemas-decide.ts';

/** From the body of a decide request, whose shape the schema has checked, to the request the engine takes. */
export async function readDecideRequest(
  context: HttpContext,
  body: Static<typeof DecideBody>,
  idempotencyKey: string | undefined,
): Promise<DecideRequest> {
  const faults: TouchpointFault[] = [];
  const customer = readCustomer(body.customer as JsonObject, faults);
  const events = readEvents(context, body, customer, faults);
  const requestId = readRequestId(body.requestId ?? idempotencyKey, faults);
  const preview = readPreview(body, faults);
  if (customer === undefined || faults.length > 0) throw eventError(faults);
  const rulebook = preview && (await context.previewBooks.of(body.rulebook));
  checkPlacements(rulebook ?? context.application.rulebook(), body.placements);
  return {
    customer,
    placements: body.placements,
    context: (body.context ?? {}) as JsonObject,
    events,
    explain: body.explain ?? false,
    ...(body.limit === undefined ? {} : { limit: body.limit }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(preview && { preview: { ...preview, ...(rulebook && { rulebook }) } }),
  };
}

const previewFields = ['at', 'overrides', 'consent', 'arms', 'rulebook'] as const;

function readPreview(body: Static<typeof DecideBody>, faults: TouchpointFault[]): PreviewChanges | undefined {
  if (body.preview !== true) {
    for (const name of previewFields.filter((field) => body[field] !== undefined)) {
      const detail =
        'expected `preview: true` beside it, because only a preview takes things to be otherwise';
      faults.push({ pointer: `/${name}`, detail, code: 'NB_INVALID_INPUT' });
    }
    return undefined;
  }
  const { at: written, overrides, consent, arms } = body;
  const time = written === undefined ? undefined : parseIsoTime(written);
  if (written !== undefined && time === undefined) {
    const detail = `expected a time such as 2026-11-01T09:00:00Z, found ${describeValue(written)}`;
    faults.push({ pointer: '/at', detail, code: 'NB_INVALID_INPUT' });
  }
  return {
    ...(time && { at: time.at }),
    ...(overrides && { facts: overrides as Readonly<Record<string, Json>> }),
    ...(consent && { consent }),
    ...(arms && { arms }),
  };
}

/** Names the placements that the rulebook does not have, with the nearest names it has. */
function checkPlacements(rulebook: Rulebook | undefined, asked: readonly string[]): void {
  const known = rulebook?.placements;
  if (known === undefined) throw new CodedError('NB_NO_RULEBOOK', 'No valid rulebook is loaded yet.');
  const faults: InputFault[] = [];
  for (const [index, name] of asked.entries()) {
    if (known.has(name)) continue;
    const hint = didYouMean(name, known.keys()) ?? `Known are: ${[...known.keys()].slice(0, 10).join(', ')}.`;
    const detail = `expected a placement of the rulebook, found ${describeValue(name)}. ${hint}`;
    faults.push({ pointer: `/placements/${index}`, detail });
  }
  if (faults.length === 0) return;
  throw new CodedError('NB_UNKNOWN_PLACEMENT', faults.map(({ detail }) => detail).join(' '), { faults });
}

function readCustomer(body: JsonObject, faults: TouchpointFault[]): CustomerKey | undefined {
  const reader: FieldReader = { body, pointer: '/customer', faults };
  const userId = readId(reader, 'userId');
  const anonymousId = readId(reader, 'anonymousId');
  const key = idsToKey({
    ...(userId === undefined ? {} : { userId }),
    ...(anonymousId === undefined ? {} : { anonymousId }),
  });
  if (key === undefined && faults.length === 0) {
    const detail = 'expected a userId or an anonymousId, found neither';
    faults.push({ pointer: '/customer', detail, code: 'NB_INVALID_INPUT' });
  }
  return key;
}

/** Events that came along. They need no ids, since they are the customer's, and are track events unless they say otherwise. */
function readEvents(
  context: HttpContext,
  body: Static<typeof DecideBody>,
  customer: CustomerKey | undefined,
  faults: TouchpointFault[],
): readonly TouchpointEvent[] {
  const events: TouchpointEvent[] = [];
  for (const [index, value] of (body.events ?? []).entries()) {
    const pointer = pointerTo('/events', index);
    const options = { ...readingOptions(context), pointer };
    const reading = readTouchpoint(withCustomer(value, body.customer as JsonObject), options);
    if ('faults' in reading) faults.push(...reading.faults);
    else if (customer !== undefined && idsToKey(reading.event) !== customer)
      faults.push(strangerFault(pointer));
    else events.push(reading.event);
  }
  return events;
}

function withCustomer(event: unknown, customer: JsonObject): unknown {
  if (!isJsonObject(event)) return event;
  const isAnonymous = isAbsent(event.userId) && isAbsent(event.anonymousId);
  return {
    ...(isAbsent(event.type) ? { ...event, type: 'track' } : event),
    ...(isAnonymous ? customer : {}),
  };
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function strangerFault(pointer: string): TouchpointFault {
  const detail = 'expected an event of the customer of this request, found one of another';
  return { pointer, detail, code: 'NB_INVALID_INPUT' };
}

function readRequestId(requestId: string | undefined, faults: TouchpointFault[]): string | undefined {
  if (requestId === undefined || requestId === '') return undefined;
  if (requestId.length <= limits.idLengthMax) return requestId;
  const detail = `expected at most ${limits.idLengthMax} characters, found ${requestId.length}`;
  faults.push({ pointer: '/headers/idempotency-key', detail, code: 'NB_INVALID_INPUT' });
  return undefined;
}
