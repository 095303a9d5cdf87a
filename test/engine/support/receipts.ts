import { MemoryReceiptStream } from '../../../adapters/memory/memory-receipt-stream.ts';
import { sha256 } from '../../../adapters/system/sha256.ts';
import {
  type AuditOptions,
  type AuditReport,
  auditDecisions,
  type MadeBy,
  type Ports,
  type Rulebook,
} from '../../../engine/index.ts';
import type { TestNode } from './node.ts';

export const testVersions: MadeBy = { nextbest: '0.0.0-test' };

/** The same ports with a stream of receipts. */
export function withReceipts(ports: Ports): Ports {
  return { ...ports, receipts: new MemoryReceiptStream(ports) };
}

export function receiptsOf({ ports }: Pick<TestNode, 'ports'>): NonNullable<Ports['receipts']> {
  if (!ports.receipts) throw new Error('this node keeps no receipts');
  return ports.receipts;
}

/** Audits everything against the given rulebooks. */
export function audit(
  { ports }: Pick<TestNode, 'ports'>,
  books: readonly Rulebook[],
  options: Partial<AuditOptions> = {},
): Promise<AuditReport> {
  return auditDecisions({
    partitions: 4,
    stream: receiptsOf({ ports }),
    store: ports.store,
    clock: ports.clock,
    sha256,
    since: 0,
    bookOf: async (version) => books.find((book) => book.version === version),
    madeBy: testVersions,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    tellMax: 20,
    ...options,
  });
}
