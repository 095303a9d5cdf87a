import { assert } from '../assert.ts';
import type { CustomerState } from '../model/customer-state.ts';
import { canonicalJson } from '../model/json.ts';

/** The stored form: canonical JSON, so that equal states are equal bytes in every store. */
export function encodeState(state: CustomerState): string {
  return canonicalJson(state);
}

export function decodeState(value: string): CustomerState {
  const state = JSON.parse(value) as CustomerState;
  assert(state.schema === 1, `customer state of an unknown schema: ${state.schema}`);
  return state;
}
