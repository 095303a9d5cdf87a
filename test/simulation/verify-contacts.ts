import type { CustomerKey } from '../../engine/index.ts';
import type { Commit } from '../../engine/ports.ts';
import { dripDue, noteCap, noteWindowMs, voucherCap } from './book.ts';
import type { Witness } from './clients.ts';
import { escrowsOf } from './escrows.ts';
import { contactsIn, type Fault, type States, survivorOf } from './found-states.ts';
import type { World } from './world.ts';

/** A contact wherever it was seen. */
interface Seen {
  readonly customer: CustomerKey;
  readonly decision: string;
  readonly at: number;
  readonly action: string;
  readonly channel: string;
}

/** Every contact that was told, published or kept, once. */
export function contactsSeen(world: World, { told }: Witness, states: States): ReadonlyMap<string, Seen> {
  const seen = new Map<string, Seen>();
  const add = (contact: Seen, placement: string) =>
    seen.set(`${contact.decision}/${placement}/${contact.action}`, contact);
  for (const { decision } of told) {
    for (const { placement, channel, treatments } of decision.placements) {
      for (const { action } of treatments) {
        const { id, customer, at } = decision;
        add({ customer, decision: id, at, action, channel }, placement);
      }
    }
  }
  for (const { decision, customer, at, channel, placement, treatments } of world.stream.published) {
    const key = (
      customer.userId === undefined ? `a:${customer.anonymousId}` : `u:${customer.userId}`
    ) as CustomerKey;
    for (const treatment of treatments as readonly { action?: string }[]) {
      if (treatment.action !== undefined)
        add({ customer: key, decision, at, action: treatment.action, channel }, placement);
    }
  }
  for (const [key, state] of states) {
    for (const contact of contactsIn(state)) add({ ...contact, customer: key }, contact.placement);
  }
  return seen;
}

/** I3: over what was told, published and kept. Before their merge, ids are customers of their own. */
export function checkCaps(states: States, seen: ReadonlyMap<string, Seen>, fault: Fault): void {
  const groups = new Map<CustomerKey, Seen[]>();
  for (const contact of seen.values()) {
    const key = survivorOf(states, contact.customer)?.key ?? contact.customer;
    groups.set(key, [...(groups.get(key) ?? []), contact]);
  }
  for (const [key, contacts] of groups) {
    const ids = 1 + Object.keys(states.get(key)?.sources ?? {}).length;
    const vouchers = contacts.filter(({ action }) => action === 'voucher');
    if (vouchers.length > voucherCap * ids) fault(`I3: ${key} was offered ${vouchers.length} vouchers`);
    const notes = contacts.filter(({ channel }) => channel === 'push').map(({ at }) => at);
    const most = Math.max(
      0,
      ...notes.map((at) => notes.filter((other) => other <= at && other > at - noteWindowMs).length),
    );
    if (most > noteCap * ids) fault(`I3: ${key} got ${most} notes within the window`);
  }
}

/**
 * When each decision was stored, by the world's own time. It may have begun long before, on a node that froze then, while
 * others spent what had become due by now.
 */
function storedAt({ store }: World): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const { name, args, at } of store.shards.flatMap(({ journal }) => journal)) {
    if (name !== 'commit') continue;
    for (const { id } of (args[0] as Commit).records) if (!times.has(id)) times.set(id, at);
  }
  return times;
}

/** I4: neither more than there is, nor sooner than it is due. */
export async function checkBudgets(
  world: World,
  seen: ReadonlyMap<string, Seen>,
  fault: Fault,
): Promise<void> {
  const { plan } = world;
  const timesOf = (action: string) =>
    [...seen.values()].flatMap((contact) => (contact.action === action ? [contact.at] : []));
  const spent = timesOf('voucher').length;
  if (spent > plan.budget) fault(`I4: ${spent} vouchers of a budget of ${plan.budget}`);
  const stored = storedAt(world);
  const guides = [...seen.values()].flatMap(({ action, decision, at }) =>
    action === 'guide' ? [stored.get(decision) ?? at] : [],
  );
  for (const [index, at] of guides.sort((one, other) => one - other).entries()) {
    const due = dripDue(at + Math.max(...plan.skewsMs.map(Math.abs)));
    if (index + 1 > due) fault(`I4: ${index + 1} guides at ${at}, when ${due} were due`);
  }
  for (const { budget, partition, spent: here, granted, returning, held } of await escrowsOf(world)) {
    const where = `of ${budget} in partition ${partition}`;
    if (here > granted) fault(`I4: spent ${here} of ${granted} granted ${where}`);
    if (granted + returning > held) fault(`I4: granted ${granted} of ${held} held ${where}`);
  }
}
