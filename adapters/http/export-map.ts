import type {
  Baseline,
  ConsentState,
  CustomerExport,
  CustomerKey,
  CustomerState,
  OverlayState,
  PendingTimer,
  Profile,
} from '../../engine/index.ts';
import {
  consentToWire,
  contactToWire,
  customerToWire,
  customerViewToWire,
  decisionToWire,
  timeToWire,
} from './map.ts';

/** Everything held of a customer, for the customer to read: as it is kept, with names, ISO times and bare ids. */

export function exportToWire(held: CustomerExport) {
  const { at, key, documents, view, decisions, deadLetters, receipts } = held;
  return {
    format: 1,
    exportedAt: timeToWire(at),
    customer: customerToWire(key),
    identities: documents.map((document) => customerToWire(document.key)),
    ...(view && { summary: customerViewToWire(view) }),
    documents: documents.map(documentToWire),
    decisions: decisions.map(decisionToWire),
    deadLetters: deadLetters.map(({ reason, message, expiresAt }) => ({
      reason,
      message,
      receivedAt: timeToWire(message.receivedAt),
      keptUntil: timeToWire(expiresAt),
    })),
    receipts: [...receipts],
  };
}

function documentToWire(document: CustomerState) {
  const { key, own, sources, via, forward, splits, seen, timers, segments } = document;
  const { erasedUntil, pendingConsent = [] } = document;
  return {
    id: customerToWire(key),
    ...(forward !== undefined && { mergedInto: customerToWire(forward) }),
    contributions: [
      contributionToWire(key, own),
      ...Object.entries(sources).map(([source, profile]) => ({
        ...contributionToWire(source as CustomerKey, profile),
        ...(via[source] !== undefined && { mergedThrough: customerToWire(via[source]) }),
      })),
    ],
    parted: partedToWire(splits),
    waits: timers.map(waitToWire),
    segments: mapValues(segments, ({ since, value }) => ({ since: timeToWire(since), value })),
    pendingConsent: pendingConsent.map(({ of, name, state }) => ({
      id: customerToWire(of),
      name,
      ...consentToWire(state),
    })),
    ...(erasedUntil !== undefined && { erasedUntil: timeToWire(erasedUntil) }),
    /** Hashes of the messages applied lately, each with its receipt time. */
    messagesSeen: seen,
  };
}

function contributionToWire(key: CustomerKey, profile: Profile) {
  const { firstSeenAt, lastSeenAt, traits, features, consent, contacts, overlays, baselines, ...rest } =
    profile;
  return {
    id: customerToWire(key),
    firstSeenAt: timeToWire(firstSeenAt),
    lastSeenAt: timeToWire(lastSeenAt),
    traits: mapValues(traits, ([value, at]) => ({ value, at: timeToWire(at) })),
    /** By the keys of the features, as their kinds keep them. */
    features,
    consent: mapValues(consent, (state: ConsentState) => consentToWire(state)),
    contacts: contacts.map(contactToWire),
    overlays: mapValues(overlays, overlayToWire),
    ...(baselines && { baselines: baselines.map(baselineToWire) }),
    ...rest,
  };
}

/** A decision that showed nothing by chance. */
function baselineToWire({ at, converted, served: _served, ...rest }: Baseline) {
  return {
    ...rest,
    at: timeToWire(at),
    ...(converted !== undefined && { converted: timeToWire(converted) }),
  };
}

function overlayToWire({ values, at, source, expiresAt }: OverlayState) {
  return {
    values,
    at: timeToWire(at),
    source,
    ...(expiresAt !== undefined && { expiresAt: timeToWire(expiresAt) }),
  };
}

/** Pairs of an id of the customer and one that it was taken apart from. */
function partedToWire(splits: CustomerState['splits']) {
  return splits.flatMap((own, index) => {
    const other = splits[index + 1];
    return index % 2 === 0 && other !== undefined
      ? [{ id: customerToWire(own), from: customerToWire(other) }]
      : [];
  });
}

function waitToWire({ due, trigger, messageId, event, replayed, of }: PendingTimer) {
  return {
    trigger,
    due: timeToWire(due),
    messageId,
    event,
    ...(replayed && { replayed }),
    ...(of !== undefined && { id: customerToWire(of) }),
  };
}

function mapValues<From, To>(record: Readonly<Record<string, From>>, map: (value: From) => To) {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)] as const));
}
