import {
  anonymousKey,
  type CustomerKey,
  type Decision,
  type OutcomeReport,
  type TouchpointEvent,
  userKey,
} from '../../engine/index.ts';
import { slots } from './book.ts';
import type { World } from './world.ts';

/** An event as its sender knows it. */
export interface SentEvent {
  readonly event: TouchpointEvent;
  readonly customer: CustomerKey;
  readonly slot: number;
  isAccepted: boolean;
}

/** What the outside knows: what it sent, what was accepted, what it was told. */
export interface Witness {
  readonly events: SentEvent[];
  /** Every decision that left a node, whoever heard it. */
  readonly told: { readonly request: string; readonly decision: Decision }[];
  readonly outcomes: { readonly report: OutcomeReport; isAccepted: boolean }[];
  /** Ids of the events that said that two ids are one customer, and were accepted. */
  readonly merged: Set<string>;
  readonly unfinished: Set<Promise<void>>;
}

const patienceMs = 2_500;

/** Channels that send events, ask, ask again, and report what became of it, at drawn moments of the time of trouble. */
export function scheduleClients(world: World): Witness {
  const { plan, random, scheduler } = world;
  const witness: Witness = { events: [], told: [], outcomes: [], merged: new Set(), unfinished: new Set() };
  const begin = (work: () => Promise<void>) => {
    scheduler.after(momentOf(world), () => {
      const done = work().finally(() => witness.unfinished.delete(done));
      witness.unfinished.add(done);
    });
  };
  for (const sent of eventsOf(world)) {
    witness.events.push(sent);
    begin(() => send(world, sent));
    if (random.chance(0.3)) begin(() => send(world, sent));
  }
  if (plan.decides) {
    const asks = random.between(3, 10);
    for (let number = 0; number < asks; number += 1) {
      const customer = asking(world);
      const together = random.chance(0.3) ? random.between(2, 4) : 1;
      // Several at once for one customer, on whichever nodes: they get in each other's way.
      begin(async () => {
        const all = Array.from({ length: together }, (_, index) =>
          ask(world, witness, { customer, requestId: `r${number}.${index}` }),
        );
        await Promise.all(all);
      });
    }
  }
  if (plan.merges) {
    for (let who = 0; who < plan.customers; who += 1) {
      if (random.chance(0.7)) begin(() => identify(world, witness, who));
    }
  }
  return witness;
}

/** Any time, or about the time of a fault, where there is more to go wrong. */
function momentOf({ plan, random }: World): number {
  if (plan.faults.length === 0 || random.chance(0.4)) return random.below(plan.troubleMs);
  return Math.max(0, random.pick(plan.faults).at + random.between(-200, 1_000));
}

function eventsOf({ plan, random, scheduler }: World): SentEvent[] {
  const used = new Map<CustomerKey, number>();
  const sent: SentEvent[] = [];
  for (let number = 0; number < plan.events; number += 1) {
    const who = random.below(plan.customers);
    const isAnonymous = plan.merges && random.chance(0.5);
    const customer = isAnonymous ? anonymousKey(`a${who}`) : userKey(`u${who}`);
    const slot = used.get(customer) ?? 0;
    if (slot >= slots) continue;
    used.set(customer, slot + 1);
    const id = isAnonymous ? { anonymousId: `a${who}` } : { userId: `u${who}` };
    const mood = random.pick(['plain', 'plain', 'hot', 'later']);
    const event: TouchpointEvent = {
      messageId: `m${number}`,
      type: 'track',
      ...id,
      name: 'Ping',
      timestamp: scheduler.now,
      properties: { slot, mood },
    };
    sent.push({ event, customer, slot, isAccepted: false });
  }
  return sent;
}

async function identify(world: World, witness: Witness, who: number): Promise<void> {
  const event: TouchpointEvent = {
    messageId: `identify-${who}`,
    type: 'identify',
    name: 'identify',
    userId: `u${who}`,
    anonymousId: `a${who}`,
    timestamp: world.scheduler.now,
    properties: {},
    traits: {},
  };
  if (await repeat(world, ({ ingest }) => ingest([event]))) witness.merged.add(event.messageId);
}

async function send(world: World, sent: SentEvent): Promise<void> {
  const accepted = await repeat(world, ({ ingest }) => ingest([sent.event]));
  if (accepted) sent.isAccepted = true;
}

function asking({ plan, random }: World): CustomerKey {
  const who = random.below(plan.customers);
  return plan.merges && random.chance(0.3) ? anonymousKey(`a${who}`) : userKey(`u${who}`);
}

async function ask(
  world: World,
  witness: Witness,
  { customer, requestId }: { readonly customer: CustomerKey; readonly requestId: string },
): Promise<void> {
  const { random, plan } = world;
  const carried = witness.events.filter((sent) => sent.customer === customer && random.chance(0.1));
  const events = carried.map(({ event }) => event);
  const request = { customer, placements: ['hero'], context: {}, events, explain: false, requestId };
  const times = random.chance(0.3) ? 2 : 1;
  for (let time = 0; time < times; time += 1) {
    const answer = await repeat(world, async ({ decide }) => {
      const { decision } = await decide(request);
      witness.told.push({ request: `${customer}/${requestId}`, decision });
      return decision;
    });
    // They are in the store until its outbox is sent: what a fail-over forgets, it forgets with them.
    if (answer && plan.isStrict) for (const sent of carried) sent.isAccepted = true;
    if (answer && answer !== true && random.chance(0.4)) await report(world, witness, answer);
  }
}

async function report(world: World, witness: Witness, decision: Decision): Promise<void> {
  const treatment = decision.placements[0]?.treatments[0];
  if (!treatment) return;
  const outcome = { report: { decisionId: decision.id, outcome: 'click' as const }, isAccepted: false };
  witness.outcomes.push(outcome);
  const accepted = await repeat(world, async ({ recordOutcome }) => {
    await recordOutcome(outcome.report);
    return true;
  });
  if (accepted) outcome.isAccepted = true;
}

type Deployment = World['nodes'][number]['deployment'];

/** Tries some nodes until one answers; a client gives up at last, and then knows nothing. */
async function repeat<Result>(
  world: World,
  work: (deployment: Deployment) => Promise<Result>,
): Promise<Result | true | undefined> {
  const { random, scheduler } = world;
  const attempts = random.between(1, 5);
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const answer = await tryOnce(world, work);
    if ('result' in answer) return answer.result ?? true;
    await scheduler.sleep(random.between(20, 800));
  }
  return undefined;
}

type Answer<Result> = { readonly result: Result } | { readonly error: unknown };

function tryOnce<Result>(
  { random, scheduler, network, nodes }: World,
  work: (deployment: Deployment) => Promise<Result>,
): Promise<Answer<Result>> {
  const { life, deployment } = random.pick(nodes);
  return new Promise((resolve) => {
    const hear = (answer: Answer<Result>) => {
      scheduler.after(network.delayMs(), () => resolve(answer));
    };
    const giveUp = scheduler.after(patienceMs, () => resolve({ error: 'no answer' }));
    scheduler.after(network.delayMs(), () => {
      if (life.state === 'dead') {
        giveUp();
        return resolve({ error: 'refused' });
      }
      network.reach(life, () => {
        work(deployment).then(
          (result) => hear({ result }),
          (error) => hear({ error }),
        );
      });
    });
  });
}
