import { anonymousKey, type CustomerKey, userKey } from '../model/ids.ts';
import type { IdentityRules } from '../model/rulebook.ts';

/**
 * An id as people write it: `u:<userId>`, `a:<anonymousId>`, `i:<name>:<value>` for a declared identifier, whose value
 * may be the plain one or, where the rulebook has it hashed, the hash. A bare id is a userId unless the caller says
 * otherwise. Undefined for an identifier that the rulebook does not declare, and a value that identifies nobody.
 */
export function readCustomerId(
  written: string,
  { isAnonymous, identity }: { readonly isAnonymous: boolean; readonly identity: IdentityRules | undefined },
): CustomerKey | undefined {
  if (written.startsWith('u:') || written.startsWith('a:')) return written as CustomerKey;
  if (!written.startsWith('i:')) return isAnonymous ? anonymousKey(written) : userKey(written);
  const end = written.indexOf(':', 2);
  const name = written.slice(2, end === -1 ? undefined : end);
  const declared = identity?.identifiers.find((identifier) => identifier.name === name);
  return end === -1 ? undefined : declared?.keyOf(written.slice(end + 1));
}
