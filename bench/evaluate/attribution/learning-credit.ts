import { parseRuleFile } from '../../../adapters/rule-files/parse-rule-file.ts';
import { openLibraries } from '../../../adapters/wiring/libraries.ts';
import {
  anonymousKey,
  type Contact,
  type CustomerMessage,
  type CustomerState,
  compileRulebook,
  decisionIdOf,
  defaultTenant,
  emptyModel,
  type FoldContext,
  foldCustomer,
  type Partition,
  type Rulebook,
} from '../../../engine/index.ts';
import type { OfferEvent, OfferHistory } from './offer-history.ts';

/** What the customer fold put down to the offers that were sent. */
export interface LearningCredit {
  /** Offers that were viewed, and those of them that were completed thereafter. */
  readonly trials: number;
  readonly successes: number;
  /** Lessons of the same, for models that look at the customer. */
  readonly shown: number;
  readonly converted: number;
}

/** The times of the file begin with 0, which no clock of ours shows. */
const beginMs = Date.UTC(2026, 0, 1);
const partition = 0 as Partition;

/** Sends the whole history through the fold: sendings are contacts that have to be viewed, by rules as a marketer writes them. */
export function learningCredit({ events, windows }: OfferHistory): LearningCredit {
  const offers = [...windows.keys()];
  const context: FoldContext = {
    ...{ tenant: defaultTenant, partition, partitions: 1, model: emptyModel },
    rulebook: bookOf(windows),
    budgets: { left: () => 0 },
  };
  const states = new Map<string, CustomerState | undefined>();
  const credit = { trials: 0, successes: 0, shown: 0, converted: 0 };
  for (const [index, event] of events.entries()) {
    const message = messageOf(event, index, offers);
    if (!message) continue;
    const { state, learned, lessons } = foldCustomer(states.get(event.person), message, context);
    states.set(event.person, state);
    for (const [trials, successes] of Object.values(learned)) {
      credit.trials += trials;
      credit.successes += successes;
    }
    for (const { kind } of lessons ?? []) if (kind !== 'context') credit[kind] += 1;
  }
  return credit;
}

function bookOf(windows: OfferHistory['windows']): Rulebook {
  const outcomes = [...windows.values()].flatMap((windowMs, offer) => [
    `  viewed-${offer}: { on: Viewed ${offer}, outcome: impression, within: ${windowMs / 3_600_000}h, actions: [offer-${offer}] }`,
    `  completed-${offer}: { on: Completed ${offer}, outcome: conversion, within: ${windowMs / 3_600_000}h, actions: [offer-${offer}] }`,
  ]);
  const actions = [...windows.keys()].map(
    (_, offer) =>
      `---\naction: offer-${offer}\ngroup: offers/all\nvalue: 1\ntreatments: { mail: { channel: mail, content: { text: offer } } }`,
  );
  const yaml = [
    'channels:\n  mail: { direction: push, views: required }',
    'placements:\n  inbox: { channel: mail, limit: 1 }',
    `outcomes:\n${outcomes.join('\n')}`,
    ...actions,
  ].join('\n');
  const parsed = parseRuleFile('offers.yaml', yaml);
  const { rulebook, diagnostics } = compileRulebook({
    files: [parsed.file],
    version: 'offers',
    libraries: openLibraries(),
  });
  if (rulebook) return rulebook;
  throw new Error(JSON.stringify([...parsed.diagnostics, ...diagnostics], undefined, 2));
}

function messageOf(event: OfferEvent, index: number, offers: readonly string[]): CustomerMessage | undefined {
  const offer = event.offer === undefined ? -1 : offers.indexOf(event.offer);
  if (offer < 0) return undefined;
  const key = anonymousKey(event.person);
  const at = beginMs + event.at;
  const envelope = { id: `${index}`, tenant: defaultTenant, partition, receivedAt: at, key };
  if (event.kind === 'received') {
    const contact: Contact = {
      ...{ decision: decisionIdOf(partition, key, `${index}`), at, action: `offer-${offer}` },
      ...{ group: 'offers/all', treatment: 'mail', channel: 'mail', placement: 'inbox' },
      ...{ needsView: true, served: [{ code: 1, ids: [], score: 0 }] },
    };
    return { kind: 'decision', ...envelope, contacts: [contact] };
  }
  const name = `${event.kind === 'viewed' ? 'Viewed' : 'Completed'} ${offer}`;
  const told = { messageId: `${index}`, anonymousId: event.person, timestamp: at, properties: {} };
  return { kind: 'event', ...envelope, event: { ...told, type: 'track', name } };
}
