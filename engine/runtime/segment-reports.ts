import type { Partition } from '../model/ids.ts';
import {
  daysOfReport,
  type PartitionSegments,
  reportSegments,
  type SegmentReport,
} from '../segments/segment-report.ts';
import { emptyTotals } from '../segments/segment-totals.ts';
import { decodePartitionDocument, partitionDocumentKey } from './partition-document.ts';
import type { RuntimeContext } from './runtime-context.ts';
import { readSegmentDay, segmentDayId } from './segment-records.ts';

/** The segments of the rulebook in force, all partitions together; undefined until there is a rulebook. */
export async function segmentReports(context: RuntimeContext): Promise<readonly SegmentReport[] | undefined> {
  const rulebook = context.rulebook();
  if (!rulebook) return undefined;
  const now = context.ports.clock.now();
  const numbers = Array.from({ length: context.partitions }, (_, number) => number as Partition);
  const partitions = await Promise.all(numbers.map((partition) => readPartition(context, partition, now)));
  return reportSegments(rulebook.segmentation, partitions, now);
}

async function readPartition(
  { ports: { store } }: RuntimeContext,
  partition: Partition,
  now: number,
): Promise<PartitionSegments> {
  const [[stored], records] = await Promise.all([
    store.load(partition, [partitionDocumentKey]),
    store.records(partition, daysOfReport(now).map(segmentDayId)),
  ]);
  const { segments: totals = emptyTotals } = stored ? decodePartitionDocument(stored.value) : {};
  const days = records.flatMap((record) => (record === undefined ? [] : [readSegmentDay(record)]));
  return { totals, days };
}
