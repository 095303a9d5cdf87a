import { isKnown, presentedId } from '../model/ids.ts';
import type { OverlayService, ServiceCustomer } from '../model/rulebook.ts';

/**
 * The address of a service with gaps for what identifies the customer. What fills a gap is percent-encoded, so that no
 * customer can bend the address; and gaps stand behind the host, so that no customer can choose whom we ask.
 */

type Part = { readonly text: string } | { readonly read: (customer: ServiceCustomer) => unknown };

/** The address, ready to be filled in, or what is wrong with it. */
export type ReadAddress =
  | { readonly addressOf: OverlayService['addressOf'] }
  | { readonly fault: 'address' }
  | { readonly fault: 'gap'; readonly gap: string };

/** Scheme, host and port, without a user; then anything that is no blank. */
const address = /^https?:\/\/(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(?::\d{1,5})?(?:[/?]\S*)?$/;
/** More than dots, which would be steps in the path, encoded or not; and nothing that cannot be encoded. */
const canStandInPath = /^(?!\.*$)\P{Surrogate}*$/su;
const gapPattern = /\{\{\s*(.*?)\s*\}\}/;

export function readServiceAddress(written: string): ReadAddress {
  const pieces = written.split(new RegExp(gapPattern, 'g'));
  // Every other piece is what stood in a gap.
  const texts = pieces.filter((_, index) => index % 2 === 0);
  if (!address.test(texts.join('0')) || !isBehindHost(texts, pieces.length)) return { fault: 'address' };
  const parts: Part[] = [];
  for (const [index, piece] of pieces.entries()) {
    if (index % 2 === 0) parts.push({ text: piece });
    else {
      const read = readerOf(piece);
      if (read === undefined) return { fault: 'gap', gap: piece };
      parts.push({ read });
    }
  }
  return { addressOf: (customer) => fill(parts, customer) };
}

function isBehindHost([first = '']: readonly string[], pieces: number): boolean {
  return pieces === 1 || /^https?:\/\/[^/?]+[/?]/.test(first);
}

const names = new Map<string, (customer: ServiceCustomer) => unknown>([
  // A visitor without a name has no id that another system could know.
  ['customer.id', ({ key }) => (isKnown(key) ? presentedId(key) : undefined)],
  ['customer.key', ({ key }) => key],
]);

function readerOf(gap: string): ((customer: ServiceCustomer) => unknown) | undefined {
  const trait = /^traits\.([^\s.{}|]+)$/.exec(gap)?.[1];
  return trait === undefined ? names.get(gap) : ({ trait: read }) => read(trait);
}

function fill(parts: readonly Part[], customer: ServiceCustomer): string | undefined {
  let filled = '';
  for (const part of parts) {
    if ('text' in part) filled += part.text;
    else {
      const value = part.read(customer);
      const text = typeof value === 'number' ? String(value) : value;
      if (typeof text !== 'string' || !canStandInPath.test(text)) return undefined;
      filled += encodeURIComponent(text);
    }
  }
  return filled;
}
