import { largeCustomers, valuesSeen } from '../../../bench/decide/customers.ts';
import { bookWithoutActions, largeBook } from '../../../bench/decide/large-book.ts';
import { inputOf } from '../../../bench/scale/decide-curves.ts';
import type { DecideInput } from '../../../engine/index.ts';

const size = { actions: 20, features: 20, policies: 10 };

/** Decisions on customers of every kind with a book of about the sample's size. */
export function hotInputs(): readonly DecideInput[] {
  const bare = bookWithoutActions(size);
  const { rulebook } = largeBook(size, valuesSeen(largeCustomers(bare, 16), bare));
  return largeCustomers(rulebook, 16).map((state, number) => inputOf(state, number, rulebook));
}
