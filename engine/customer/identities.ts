import { compareText } from '../compare-text.ts';
import { limits } from '../limits.ts';
import type { CustomerState, PendingTimer } from '../model/customer-state.ts';
import { type CustomerKey, kindOfId } from '../model/ids.ts';
import type { LinkCause } from '../model/log-message.ts';
import type { IdentityRules } from '../model/rulebook.ts';

/** All ids of this customer, its own first. */
export function identitiesOf(state: CustomerState): readonly CustomerKey[] {
  return [state.key, ...(Object.keys(state.sources) as CustomerKey[])];
}

/** Whether a customer goes under the one id rather than the other. The order is total: known, visitor, identifier, text. */
export function survives(self: CustomerKey, other: CustomerKey): boolean {
  return (
    (ranks[self.charAt(0)] ?? 1) - (ranks[other.charAt(0)] ?? 1) < 0 || (isAlike(self, other) && self < other)
  );
}

const ranks: Readonly<Record<string, number>> = { u: 0, a: 1, i: 2 };

function isAlike(self: CustomerKey, other: CustomerKey): boolean {
  return self.charAt(0) === other.charAt(0);
}

/** The ids that an id was merged through: of `from` merged into `to`, and of all that was merged into `from` before. */
export function isThrough(state: CustomerState, id: CustomerKey, through: CustomerKey): boolean {
  let at: CustomerKey | undefined = id;
  for (let step = 0; at !== undefined && step <= limits.sourcesPerCustomerMax * 2; step += 1) {
    if (at === through) return true;
    at = Object.hasOwn(state.via, at) ? state.via[at] : undefined;
  }
  return false;
}

/** Ids that the customer was parted from. */
export function partedFrom({ splits }: Pick<CustomerState, 'splits'>): readonly CustomerKey[] {
  return splits.filter((_, index) => index % 2 === 1);
}

/** The pairs of which `keeps` holds, in one order whatever order they came in. */
export function pairsOf(
  splits: CustomerState['splits'],
  keeps: (mine: CustomerKey, theirs: CustomerKey) => boolean,
): CustomerState['splits'] {
  const pairs: (readonly [CustomerKey, CustomerKey])[] = [];
  for (let index = 0; index + 1 < splits.length; index += 2) {
    const [mine, theirs] = [splits[index] as CustomerKey, splits[index + 1] as CustomerKey];
    if (keeps(mine, theirs)) pairs.push([mine, theirs]);
  }
  return pairs.sort((left, right) => compareText(left[0], right[0]) || compareText(left[1], right[1])).flat();
}

/** Waits in the order of their ends. */
export function inTurn(timers: readonly PendingTimer[]): readonly PendingTimer[] {
  return [...timers].sort(byTurn);
}

/** Of those that end together, what was asked for first comes first. */
export function byTurn(left: PendingTimer, right: PendingTimer): number {
  return (
    left.due - right.due ||
    (left.since ?? left.due) - (right.since ?? right.due) ||
    compareText(left.id, right.id)
  );
}

/** Every id of a customer waits for itself, so that its waits can go when it goes. */
export function waitId(trigger: string, of: CustomerKey | undefined): string {
  return of === undefined ? trigger : `${trigger}/${of}`;
}

/** What was put off waits for each event apart. The name of no trigger begins with a bracket. */
export function putOffId(
  { trigger, messageId }: Pick<PendingTimer, 'trigger' | 'messageId'>,
  of: CustomerKey | undefined,
): string {
  return JSON.stringify([trigger, messageId, ...(of === undefined ? [] : [of])]);
}

/** Stands for all kinds together among the room of a customer. */
const anyKind = '*';

/**
 * How many more ids of each kind a customer can take. A kind of which it has none is not listed: whatever the other has
 * of it, the merge does not bring several together that were apart.
 */
export function roomOf(state: CustomerState, rules: IdentityRules): Readonly<Record<string, number>> {
  const room: Record<string, number> = {
    [anyKind]: Math.max(0, limits.sourcesPerCustomerMax - Object.keys(state.sources).length),
  };
  for (const [kind, count] of Object.entries(countByKind(identitiesOf(state)))) {
    const most = Object.hasOwn(rules.limits, kind) ? rules.limits[kind] : undefined;
    if (most !== undefined) room[kind] = Math.max(0, most - count);
  }
  return room;
}

/** Whether these ids are more than there is room for. */
export function isTooMany(
  ids: readonly CustomerKey[],
  room: Readonly<Record<string, number>>,
  cause: LinkCause,
): boolean {
  const counts = { ...countByKind(ids), [anyKind]: ids.length };
  return Object.entries(counts).some(([kind, count]) => {
    const left = Object.hasOwn(room, kind) ? room[kind] : undefined;
    return left !== undefined && count > left && !(kind === 'user' && cause === 'alias');
  });
}

function countByKind(ids: readonly CustomerKey[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const id of ids) {
    const kind = kindOfId(id);
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}
