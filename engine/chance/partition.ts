import type { CustomerKey, DecisionId, Partition, Tenant } from '../model/ids.ts';
import { hash32, hashId } from './hash.ts';

/** The partition of a presented id. A retry of the same event always meets the same partition. */
export function partitionOf(tenant: Tenant, key: CustomerKey, partitions: number): Partition {
  return (hash32(`${tenant}/${key}`, 0x51ed270b) % partitions) as Partition;
}

/** An id that repeats for the same cause, and tells by its head in which partition its record lies. */
export function decisionIdOf(partition: Partition, customer: CustomerKey, cause: string): DecisionId {
  return `${partition.toString(36)}-${hashId(`${customer}|${cause}`)}` as DecisionId;
}

/** undefined when the text cannot be a decision id of this deployment. */
export function partitionOfDecision(id: string, partitions: number): Partition | undefined {
  const match = /^([0-9a-z]{1,3})-[\w-]{24}$/.exec(id);
  if (match?.[1] === undefined) return undefined;
  const partition = Number.parseInt(match[1], 36);
  return partition < partitions ? (partition as Partition) : undefined;
}
