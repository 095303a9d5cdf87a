import {
  type Contact,
  type CustomerKey,
  type CustomerState,
  decodeState,
  type Profile,
  profilesOf,
} from '../../engine/index.ts';
import type { World } from './world.ts';

/** What is stored of the customers in the end. */
export type States = ReadonlyMap<CustomerKey, CustomerState>;

/** Takes what was violated, in words. */
export type Fault = (text: string) => void;

export async function statesOf(world: World): Promise<States> {
  const states = new Map<CustomerKey, CustomerState>();
  for (const shard of world.store.shards) {
    for await (const { key, value } of shard.store.documents()) {
      if (!key.startsWith('p:')) states.set(key as CustomerKey, decodeState(value));
    }
  }
  return states;
}

/** The document that speaks for an id, through all merges. */
export function survivorOf(states: States, key: CustomerKey): CustomerState | undefined {
  let state = states.get(key);
  while (state?.forward !== undefined) state = states.get(state.forward);
  return state;
}

export function profileOf(states: States, key: CustomerKey): Profile | undefined {
  const survivor = survivorOf(states, key);
  return survivor?.key === key ? survivor.own : survivor?.sources[key];
}

export function contactsIn(state: CustomerState): readonly Contact[] {
  return profilesOf(state).flatMap(({ contacts }) => contacts);
}
