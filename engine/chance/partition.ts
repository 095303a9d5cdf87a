import type { CustomerKey, DecisionId, Partition, Tenant } from '../model/ids.ts';
import { hash32, hashId96 } from './hash.ts';

/** The partition of a presented id. A retry of the same event always meets the same partition. */
export function partitionOf(tenant: Tenant, key: CustomerKey, partitions: number): Partition {
  return (hash32(`${tenant}/${key}`, 0x51ed270b) % partitions) as Partition;
}

/**
 * An id that repeats for the same cause, and tells by its head in which partition its record lies. Two different causes in
 * one partition have the same id once in 2^96 pairs: with 10^10 decisions there, once in a billion such partitions.
 */
export function decisionIdOf(partition: Partition, customer: CustomerKey, cause: string): DecisionId {
  return `${partition.toString(36)}-${hashId96(`${customer}|${cause}`)}` as DecisionId;
}

/** undefined when the text cannot be a decision id of this deployment. An id may be of 24 characters too, as it once was. */
export function partitionOfDecision(id: string, partitions: number): Partition | undefined {
  const match = /^([0-9a-z]{1,3})-[\w-]{16}(?:[\w-]{8})?$/.exec(id);
  if (match?.[1] === undefined) return undefined;
  const partition = Number.parseInt(match[1], 36);
  return partition < partitions ? (partition as Partition) : undefined;
}
