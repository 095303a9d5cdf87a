import { limits } from '../limits.ts';
import { isEngineEvent } from './engine-events.ts';
import { isJsonObject, type JsonObject } from './json.ts';
import {
  addFault,
  checkAge,
  type FieldReader,
  readId,
  readName,
  readObject,
  readRequiredId,
  readTime,
  type TouchpointFault,
} from './read-touchpoint-fields.ts';
import { describeValue, inspectJson, pointerTo } from './read-touchpoint-json.ts';
import { readInstant } from './read-touchpoint-time.ts';
import type { TouchpointEvent, TouchpointType } from './touchpoint-event.ts';

/**
 * Reads one body of the Segment spec into a touchpoint event, or says everything that is wrong with it at once.
 *
 * - A field that is null or '' is absent; a field the spec does not name is ignored, because every SDK sends some.
 * - The event's time is the client's, corrected by the client's clock error: `time + (receivedAt - sentAt)`.
 * - The names of events that the engine makes are refused: nobody enters a segment because a client says so.
 * - Names of pages and ids of groups are kept among the properties, where conditions can read them.
 */

export interface ReadTouchpointOptions {
  /** What the address says it is; without it the body's own `type` counts. */
  readonly type?: TouchpointType;
  /** The server's clock, epoch ms. */
  readonly receivedAt: number;
  /** When the batch around it was sent, ISO 8601; the event's own `sentAt` comes first. */
  readonly sentAt?: string;
  /** Called when the body has no message id. */
  readonly messageId: () => string;
  /** Place of the body in the request, as a JSON pointer; '' for the whole of it. */
  readonly pointer: string;
}

export type TouchpointReading =
  | { readonly event: TouchpointEvent }
  | { readonly faults: readonly TouchpointFault[] };

export const touchpointTypes = [
  'track',
  'identify',
  'page',
  'screen',
  'group',
  'alias',
] as const satisfies readonly TouchpointType[];

export function readTouchpoint(body: unknown, options: ReadTouchpointOptions): TouchpointReading {
  if (!isJsonObject(body)) {
    const detail = `expected an event as a JSON object, found ${describeValue(body)}`;
    return { faults: [{ pointer: options.pointer, detail, code: 'NB_INVALID_INPUT' }] };
  }
  const reader: FieldReader = { body, pointer: options.pointer, faults: [] };
  inspectBody(reader);
  const type = readType(reader, options.type);
  const ids = readIds(reader, type);
  const event: TouchpointEvent = {
    messageId: readId(reader, 'messageId') ?? options.messageId(),
    type: type ?? 'track',
    ...ids,
    name: type === 'track' ? readTrackedName(reader) : (type ?? ''),
    timestamp: readTimestamp(reader, options),
    properties: readProperties(reader, type),
    ...optional('traits', readObject(reader, 'traits')),
    ...optional('context', readObject(reader, 'context')),
  };
  return reader.faults.length === 0 ? { event } : { faults: reader.faults };
}

function readTrackedName(reader: FieldReader): string {
  const name = readName(reader, 'event', true) ?? '';
  if (isEngineEvent(name))
    addFault(
      reader,
      'event',
      `expected another name, found "${name}", which nextbest alone tells of a customer`,
    );
  return name;
}

function inspectBody(reader: FieldReader): void {
  const { bytes, faults } = inspectJson(reader.body, reader.pointer);
  for (const fault of faults) reader.faults.push({ ...fault, code: 'NB_INVALID_INPUT' });
  if (bytes <= limits.eventBytesMax) return;
  const detail = `expected an event of at most ${limits.eventBytesMax} bytes of JSON, found ${bytes}`;
  reader.faults.push({ pointer: reader.pointer, detail, code: 'NB_EVENT_TOO_LARGE' });
}

function readType(reader: FieldReader, stated: TouchpointType | undefined): TouchpointType | undefined {
  const value = reader.body.type;
  const own = touchpointTypes.find((type) => type === value);
  if (stated === undefined) {
    if (own === undefined)
      addFault(
        reader,
        'type',
        `expected one of ${touchpointTypes.join(', ')}, found ${describeValue(value)}`,
      );
    return own;
  }
  if (value !== undefined && value !== null && own !== stated) {
    addFault(reader, 'type', `expected "${stated}", as the address says, found ${describeValue(value)}`);
  }
  return stated;
}

type Ids = Pick<TouchpointEvent, 'userId' | 'anonymousId' | 'previousId'>;

function readIds(reader: FieldReader, type: TouchpointType | undefined): Ids {
  const faultsBefore = reader.faults.length;
  const userId = readId(reader, 'userId');
  const anonymousId = readId(reader, 'anonymousId');
  const isNobody = userId === undefined && anonymousId === undefined && reader.faults.length === faultsBefore;
  const isAliasOfNobody = type === 'alias' && userId === undefined && reader.faults.length === faultsBefore;
  if (isAliasOfNobody)
    addFault(reader, 'userId', 'expected the id that the customer has from now on, found nothing');
  else if (isNobody) addFault(reader, 'userId', 'expected a userId or an anonymousId, found neither');
  return {
    ...optional('userId', userId),
    ...optional('anonymousId', anonymousId),
    ...optional('previousId', type === 'alias' ? readRequiredId(reader, 'previousId') : undefined),
  };
}

/** Where the spec keeps a fact beside the properties, it joins them, unless a property of that name is there already. */
function readProperties(reader: FieldReader, type: TouchpointType | undefined): JsonObject {
  const properties = readObject(reader, 'properties') ?? {};
  if (type === 'group') return { groupId: readRequiredId(reader, 'groupId'), ...properties };
  if (type !== 'page' && type !== 'screen') return properties;
  const name = readName(reader, 'name', false);
  const category = readName(reader, 'category', false);
  return { ...optional('name', name), ...optional('category', category), ...properties };
}

/**
 * The client's time of the event. `timestamp` may have been corrected by a server before us, `originalTimestamp`
 * never: where the clock error can be measured, the uncorrected one is the one to correct.
 */
function readTimestamp(reader: FieldReader, options: ReadTouchpointOptions): number {
  const corrected = readTime(reader, 'timestamp');
  const original = readTime(reader, 'originalTimestamp');
  const sentAt = readTime(reader, 'sentAt') ?? readInstant(options.sentAt);
  const isOriginal = original !== undefined && (sentAt !== undefined || corrected === undefined);
  const clientTime = isOriginal ? original : corrected;
  if (clientTime === undefined) return options.receivedAt;
  const time = sentAt === undefined ? clientTime : clientTime + (options.receivedAt - sentAt);
  checkAge(reader, isOriginal ? 'originalTimestamp' : 'timestamp', options.receivedAt - time);
  return time;
}

/** An object with the member, or without it: `exactOptionalPropertyTypes` tells absent from undefined, and so does JSON. */
function optional<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { readonly [key in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [key in Name]: Value });
}

export {
  checkAge,
  describeValue,
  type FieldReader,
  inspectJson,
  pointerTo,
  readId,
  readInstant,
  readTime,
  type TouchpointFault,
};
