import { type CustomerKey, type Decision, partitionOfDecision } from '../../engine/index.ts';
import type { Commit } from '../../engine/ports.ts';
import { outboxOf } from '../../engine/runtime/publish.ts';
import type { Witness } from './clients.ts';
import { contactsIn, type Fault, type States, survivorOf } from './found-states.ts';
import type { World } from './world.ts';

/** I5 and I6: what left is on record and in the state; what is in the state left, and under its id only one thing. */
export async function checkRecords(
  world: World,
  { told }: Witness,
  states: States,
  fault: Fault,
): Promise<void> {
  const published = new Map<string, string>();
  for (const decision of world.stream.published) {
    const json = JSON.stringify(decision);
    const before = published.get(decision.id);
    if (before !== undefined && before !== json) fault(`I6: ${decision.id} was published with two contents`);
    published.set(decision.id, json);
  }
  const left = new Map<string, Decision | undefined>(told.map(({ decision }) => [decision.id, decision]));
  for (const { decision } of world.stream.published) if (!left.has(decision)) left.set(decision, undefined);
  const kept = new Set<string>();
  for (const state of states.values()) for (const { decision } of contactsIn(state)) kept.add(decision);
  for (const id of new Set([...left.keys(), ...kept])) {
    const decision = await recordOf(world, id);
    if (!decision) {
      fault(`I5: decision ${id} ${left.has(id) ? 'left' : 'is in the state'} and is not on record`);
      continue;
    }
    const told = left.get(id);
    if (told && JSON.stringify(told) !== JSON.stringify(decision))
      fault(`I5: decision ${id} left as another than was recorded`);
    checkContacts(states, decision, fault);
    for (const item of outboxOf(decision)) {
      if (!published.has(item.id)) fault(`I6: ${item.id} was decided and never published`);
    }
  }
}

function checkContacts(states: States, decision: Decision, fault: Fault): void {
  const survivor = survivorOf(states, decision.customer);
  const contacts = survivor ? contactsIn(survivor) : [];
  for (const { placement, treatments } of decision.placements) {
    for (const { action } of treatments) {
      const times = contacts.filter(
        (contact) =>
          contact.decision === decision.id && contact.placement === placement && contact.action === action,
      ).length;
      if (times !== 1) fault(`I5: ${action} of decision ${decision.id} is in the state ${times} times`);
    }
  }
}

async function recordOf({ store, plan }: World, id: string): Promise<Decision | undefined> {
  const partition = partitionOfDecision(id, plan.partitions);
  if (partition === undefined) return undefined;
  const record = await store.of(partition).store.record(partition, id);
  return record === undefined ? undefined : (JSON.parse(record) as Decision);
}

/** I8: the decisions of a customer leave in the order in which they were committed. */
export function checkOrder(world: World, fault: Fault): void {
  const place = new Map<string, number>();
  for (const { id } of world.stream.published) if (!place.has(id)) place.set(id, place.size);
  const last = new Map<CustomerKey, number>();
  for (const { outbox } of commitsOf(world)) {
    for (const item of outbox) {
      if (item.to !== 'decisions') continue;
      const { customer } = item.decision;
      const key = (customer.userId ?? customer.anonymousId) as CustomerKey;
      const at = place.get(item.id) ?? -1;
      if (at < (last.get(key) ?? -1)) fault(`I8: ${item.id} left before an earlier decision of ${key}`);
      last.set(key, at);
    }
  }
}

function commitsOf({ store }: World): readonly Commit[] {
  return store.shards.flatMap(({ journal }) =>
    journal.flatMap(({ name, args }) => {
      if (name !== 'commit') return [];
      const commit = args[0] as Commit;
      return commit.documents.length + commit.records.length > 0 ? [commit] : [];
    }),
  );
}

/** I9: for ids that were not merged between two answers, which are another customer then. */
export function checkAnswers({ told }: Witness, fault: Fault): void {
  const answers = new Map<string, Decision>();
  for (const { request, decision } of told) {
    const before = answers.get(request);
    if (before?.customer === decision.customer && JSON.stringify(before) !== JSON.stringify(decision)) {
      fault(`I9: request ${request} got two answers`);
    }
    answers.set(request, decision);
  }
}

/** I1 for outcomes. */
export function checkOutcomes(
  { log }: World,
  { outcomes, told }: Witness,
  states: States,
  fault: Fault,
): void {
  for (const { report, isAccepted } of outcomes) {
    const decision = told.find(({ decision: { id } }) => id === report.decisionId)?.decision;
    if (!isAccepted || !decision || log.dropped.size > 0) continue;
    const survivor = survivorOf(states, decision.customer);
    const contact = survivor && contactsIn(survivor).find((other) => other.decision === report.decisionId);
    if (contact?.outcomes?.[report.outcome] === undefined)
      fault(`I1: an outcome of ${report.decisionId} is lost`);
  }
}
