import { assert } from '../../assert.ts';
import type { DocumentReader } from '../../codec/document-reader.ts';
import type { DocumentWriter } from '../../codec/document-writer.ts';
import type {
  ConsentState,
  ConsentStatus,
  OverlayState,
  Profile,
  TraitState,
} from '../../model/customer-state.ts';
import { isJsonObject } from '../../model/json.ts';
import type { ContactsReader, ContactsWriter } from './contacts-form.ts';
import { readFeatures, writeFeatures } from './features-form.ts';
import { readRecord, readRest, writeRecord, writeRest } from './record-form.ts';

const statuses: readonly ConsentStatus[] = ['granted', 'denied', 'withdrawn'];
/** Beside the status: it has an end. */
const expires = 4;

export function writeProfile(writer: DocumentWriter, contacts: ContactsWriter, profile: Profile): void {
  const { firstSeenAt, lastSeenAt, traits, features, consent, contacts: ledger, overlays, ...rest } = profile;
  writer.time(firstSeenAt);
  writer.time(lastSeenAt);
  writeFeatures(writer, features);
  contacts.write(ledger);
  writeRecord(writer, traits, writeTrait);
  writeRecord(writer, consent, writeConsent);
  writeRecord(writer, overlays, writeOverlay);
  writeRest(writer, rest);
}

export function readProfile(reader: DocumentReader, contacts: ContactsReader): Profile {
  const firstSeenAt = reader.time();
  const lastSeenAt = reader.time();
  const features = readFeatures(reader);
  const ledger = contacts.read();
  const traits = readRecord(reader, readTrait);
  const consent = readRecord(reader, readConsent);
  const overlays = readRecord(reader, readOverlay);
  const rest = readRest(reader);
  const profile = { firstSeenAt, lastSeenAt, traits, features, consent, contacts: ledger, overlays };
  return rest === undefined ? profile : { ...profile, ...rest };
}

function writeTrait([value, at]: TraitState, writer: DocumentWriter): void {
  writer.json(value);
  writer.time(at);
}

function readTrait(reader: DocumentReader): TraitState {
  return [reader.json(), reader.time()];
}

function writeConsent({ status, at, source, expiresAt }: ConsentState, writer: DocumentWriter): void {
  writer.bits(statuses.indexOf(status) + (expiresAt === undefined ? 0 : expires), 3);
  writer.time(at);
  writer.text(source);
  if (expiresAt !== undefined) writer.time(expiresAt);
}

function readConsent(reader: DocumentReader): ConsentState {
  const head = reader.bits(3);
  const status = statuses[head % expires];
  assert(status !== undefined, 'a stored consent has an unknown status');
  const consent = { status, at: reader.time(), source: reader.text() };
  return head < expires ? consent : { ...consent, expiresAt: reader.time() };
}

function writeOverlay({ values, at, source, expiresAt }: OverlayState, writer: DocumentWriter): void {
  writer.bits(expiresAt === undefined ? 0 : 1, 1);
  writer.json(values);
  writer.time(at);
  writer.text(source);
  if (expiresAt !== undefined) writer.time(expiresAt);
}

function readOverlay(reader: DocumentReader): OverlayState {
  const head = reader.bits(1);
  const values = reader.json();
  assert(isJsonObject(values), 'a stored overlay holds no attributes');
  const overlay = { values, at: reader.time(), source: reader.text() };
  return head === 0 ? overlay : { ...overlay, expiresAt: reader.time() };
}
