import { hash32 } from '../chance/hash.ts';
import type { FeatureState } from '../model/customer-state.ts';
import { canonicalJson, type Json } from '../model/json.ts';
import { estimateDistinct, rankOf, registerCount, registerOf } from './hyper-log-log.ts';

/**
 * How many different values there were: exact while there are at most `exactMax`, then an estimate with a
 * standard error of 6.5 %. Neither depends on the order of arrival, nor on which id of a customer a value came through.
 *
 * State: `[hash, hash, ...]` ascending; beyond the bound `["..."]`, a text with one character a register.
 */

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_';

export function hashOfValue(value: Json): number {
  return hash32(canonicalJson(value), 0x51ed270b);
}

export function addDistinct(state: FeatureState | undefined, hash: number, exactMax: number): FeatureState {
  const [first] = state ?? [];
  if (typeof first === 'string') return addToRegisters(first, hash, state as FeatureState);
  const hashes = (state ?? []) as readonly number[];
  if (hashes.includes(hash)) return hashes;
  const more = [...hashes, hash].sort((one, other) => one - other);
  return more.length > exactMax ? [textOf(registersOf(more))] : more;
}

export function countDistinct(states: readonly FeatureState[]): number {
  const [only, ...others] = states;
  if (!only) return 0;
  if (others.length === 0 && typeof only[0] !== 'string') return only.length;
  if (states.every(([first]) => typeof first !== 'string')) return new Set(states.flat()).size;
  return estimateDistinct(states.map(toRegisters).reduce(highest));
}

/** The highest rank that some hashes leave in each register. */
export function registersOf(hashes: Iterable<number>): number[] {
  const registers = new Array<number>(registerCount).fill(0);
  for (const hash of hashes) {
    const register = registerOf(hash);
    registers[register] = Math.max(registers[register] as number, rankOf(hash));
  }
  return registers;
}

export function highest(one: readonly number[], other: readonly number[]): number[] {
  return one.map((rank, register) => Math.max(rank, other[register] as number));
}

function toRegisters(state: FeatureState): number[] {
  const [first] = state;
  if (typeof first !== 'string') return registersOf(state as readonly number[]);
  return Array.from(first, (digit) => digits.indexOf(digit));
}

function textOf(registers: readonly number[]): string {
  return registers.map((rank) => digits[rank]).join('');
}

function addToRegisters(text: string, hash: number, state: FeatureState): FeatureState {
  const register = registerOf(hash);
  const rank = rankOf(hash);
  if (digits.indexOf(text[register] as string) >= rank) return state;
  return [text.slice(0, register) + digits[rank] + text.slice(register + 1)];
}
