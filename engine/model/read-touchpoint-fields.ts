import type { ErrorCode, InputFault } from '../errors.ts';
import { day, limits } from '../limits.ts';
import { isJsonObject, type JsonObject } from './json.ts';
import { describeValue, pointerTo } from './read-touchpoint-json.ts';
import { readInstant } from './read-touchpoint-time.ts';

/** A fault with the error code that a request with this fault alone is answered with. */
export interface TouchpointFault extends InputFault {
  readonly code: ErrorCode;
}

/** The fields of one body, and what is wrong with them so far. A field that is null counts as absent, as in the spec. */
export interface FieldReader {
  readonly body: JsonObject;
  readonly pointer: string;
  readonly faults: TouchpointFault[];
}

export function addFault(
  reader: FieldReader,
  name: string,
  detail: string,
  code: ErrorCode = 'NB_INVALID_INPUT',
): void {
  reader.faults.push({ pointer: pointerTo(reader.pointer, name), detail, code });
}

/** An id; some sources number their customers, so a number is taken as its digits. Empty text is no id. */
export function readId(reader: FieldReader, name: string): string | undefined {
  const value = reader.body[name];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'number') return readNumericId(reader, name, value);
  return typeof value === 'string' && value.length <= limits.idLengthMax ? value : refuseId(reader, name);
}

/** A number beyond 2^53 was rounded by the JSON parser already: it would name another customer. */
function readNumericId(reader: FieldReader, name: string, value: number): string | undefined {
  if (Math.abs(value) <= Number.MAX_SAFE_INTEGER) return String(value);
  addFault(reader, name, `expected an id this large as a string, found the number ${value}`);
  return undefined;
}

function refuseId(reader: FieldReader, name: string): undefined {
  const value = reader.body[name];
  const found = typeof value === 'string' ? `${value.length} characters` : describeValue(value);
  addFault(
    reader,
    name,
    `expected a string of at most ${limits.idLengthMax} characters or a number, found ${found}`,
  );
  return undefined;
}

export function readRequiredId(reader: FieldReader, name: string): string {
  const faultsBefore = reader.faults.length;
  const value = readId(reader, name);
  if (value === undefined && reader.faults.length === faultsBefore) {
    addFault(reader, name, `expected an id, found ${describeValue(reader.body[name])}`);
  }
  return value ?? '';
}

/** A name of at most `limits.eventNameLengthMax` characters; undefined when it is absent or at fault. */
export function readName(reader: FieldReader, name: string, isRequired: boolean): string | undefined {
  const value = reader.body[name];
  if (!isRequired && (value === undefined || value === null || value === '')) return undefined;
  if (typeof value === 'string' && value !== '' && value.length <= limits.eventNameLengthMax) return value;
  const found =
    typeof value === 'string' && value !== '' ? `${value.length} characters` : describeValue(value);
  addFault(reader, name, `expected a name of 1 to ${limits.eventNameLengthMax} characters, found ${found}`);
  return undefined;
}

export function readObject(reader: FieldReader, name: string): JsonObject | undefined {
  const value = reader.body[name];
  if (value === undefined || value === null) return undefined;
  if (isJsonObject(value)) return value;
  addFault(reader, name, `expected an object, found ${describeValue(value)}`);
  return undefined;
}

export function readTime(reader: FieldReader, name: string): number | undefined {
  const value = reader.body[name];
  if (value === undefined || value === null || value === '') return undefined;
  const instant = readInstant(value);
  if (instant === undefined) {
    addFault(reader, name, `expected an ISO 8601 time or epoch milliseconds, found ${describeValue(value)}`);
  }
  return instant;
}

/** A time too far from the server's clock is a wrong unit or a wrong clock, and would upset every window. */
export function checkAge(reader: FieldReader, name: string, ageMs: number): void {
  const found = describeValue(reader.body[name]);
  if (ageMs < -limits.eventAheadMsMax) {
    const expected = `expected at most ${limits.eventAheadMsMax / 60_000} minutes ahead of the server's clock`;
    addFault(
      reader,
      name,
      `${expected}, found ${found}, ${Math.round(-ageMs / 1_000)} seconds ahead`,
      'NB_EVENT_TIME',
    );
  } else if (ageMs > limits.eventAgeMsMax) {
    const expected = `expected at most ${limits.eventAgeMsMax / day} days before the server's clock`;
    const hint = typeof reader.body[name] === 'number' ? ' (numbers are milliseconds)' : '';
    addFault(
      reader,
      name,
      `${expected}, found ${found}, ${Math.floor(ageMs / day)} days ago${hint}`,
      'NB_EVENT_TIME',
    );
  }
}
