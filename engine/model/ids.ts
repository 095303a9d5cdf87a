/** Branded identifiers. A brand costs nothing at run time and stops one kind of id from being passed as another. */

declare const brand: unique symbol;
type Branded<Base, Name extends string> = Base & { readonly [brand]: Name };

/** One customer organisation of a deployment; `default` when nothing is said. */
export type Tenant = Branded<string, 'Tenant'>;

/**
 * An id with its kind: `u:<userId>` for a known customer, `a:<anonymousId>` for a visitor, `i:<name>:<value>` for a value
 * that the rulebook declares to identify customers, such as an e-mail address.
 */
export type CustomerKey = Branded<string, 'CustomerKey'>;

/** `<partition in base 36>-<16 characters>`: the id alone tells where its record lives. */
export type DecisionId = Branded<string, 'DecisionId'>;

/** 0 .. partitions - 1. */
export type Partition = Branded<number, 'Partition'>;

/** The version of a stored document: random, never a counter, because a counter repeats after a fail-over. */
export type Nonce = Branded<string, 'Nonce'>;

export const defaultTenant = 'default' as Tenant;

export function userKey(userId: string): CustomerKey {
  return `u:${userId}` as CustomerKey;
}

export function anonymousKey(anonymousId: string): CustomerKey {
  return `a:${anonymousId}` as CustomerKey;
}

/** `value`: as it is compared, a hash where the rulebook asks for one. */
export function identifierKey(name: string, value: string): CustomerKey {
  return `i:${name}:${value}` as CustomerKey;
}

/** What an id is, as limits of identity name it: `user`, `anonymous`, or the name of an identifier. */
export function kindOfId(key: CustomerKey): string {
  if (key.startsWith('u:')) return 'user';
  return key.startsWith('i:') ? key.slice(2, key.indexOf(':', 2)) : 'anonymous';
}

/** True for a customer who told us who they are. */
export function isKnown(key: CustomerKey): boolean {
  return key.startsWith('u:');
}

/** The id as the channel presented it, without the kind. */
export function presentedId(key: CustomerKey): string {
  return key.slice(key.startsWith('i:') ? key.indexOf(':', 2) + 1 : 2);
}
