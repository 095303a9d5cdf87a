import type { AuditReport, ChainBreak, Mismatch } from '../../../engine/index.ts';
import { printable } from '../../rule-files/print-diagnostics.ts';
import { readable } from '../support/rulebook-history.ts';
import { grouped, renderTable } from '../support/table.ts';

/** What an audit found, in words. */
export function renderAudit(report: AuditReport): string {
  const { decisions, mismatches, breaks, since, until } = report;
  const period = `from ${timeOf(since)} to ${timeOf(until)}`;
  const verdict =
    mismatches === 0
      ? `${grouped(decisions)} decisions ${period} were made again: 0 mismatches.`
      : `${grouped(mismatches)} of ${grouped(decisions)} decisions ${period} came out otherwise.`;
  const chains =
    breaks === 0 ? 'The chains are whole.' : `The chains are broken in ${grouped(breaks)} places.`;
  return [
    verdict,
    chains,
    ...notesOf(report),
    ...tableOf(['decision', 'at', 'rulebook', 'where'], report.firstMismatches.map(rowOfMismatch)),
    ...tableOf(['partition', 'entry', 'what', 'detail'], report.firstBreaks.map(rowOfBreak)),
  ].join('\n');
}

function notesOf({
  erased,
  unknownBooks,
  tooLarge,
  otherVersions,
  repeated,
  cut,
}: AuditReport): readonly string[] {
  const notes: readonly (readonly [count: number, text: string])[] = [
    [
      otherVersions,
      'came out otherwise under versions of nextbest or its libraries that are not those of then',
    ],
    [erased, 'were of customers who have been erased'],
    [unknownBooks, 'were made by rulebooks that are not kept any more, and were not judged'],
    [tooLarge, 'had receipts too large to be kept, and were not judged'],
    [repeated, 'receipts were kept twice, after a crash'],
  ];
  return [
    ...notes.flatMap(([count, text]) => (count > 0 ? [`${grouped(count)} ${text}.`] : [])),
    ...(cut.length > 0
      ? [`In ${cut.length} partitions the chain begins later: what was before left by its age.`]
      : []),
  ];
}

function tableOf(header: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  return rows.length === 0 ? [] : ['', renderTable(header, rows)];
}

function rowOfMismatch({ decision, at, rulebook, path, versions }: Mismatch): readonly string[] {
  const where = [path ?? '(not on record any more)', ...versions].join('; ');
  return [decision, timeOf(at), rulebook.slice(0, 12), printable(where)];
}

function rowOfBreak({
  partition,
  entry,
  kind,
  detail,
}: ChainBreak & { readonly partition: number }): readonly string[] {
  return [String(partition), String(entry), kind, printable(detail)];
}

function timeOf(at: number): string {
  return readable(new Date(at).toISOString());
}
