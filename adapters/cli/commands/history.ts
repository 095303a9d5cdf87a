import { parseArgs } from 'node:util';
import { printable } from '../../rule-files/print-diagnostics.ts';
import type { Command } from '../command.ts';
import { serverUrl } from '../support/ask-server.ts';
import { type HistoryReply, howItCame, readable, readHistory } from '../support/rulebook-history.ts';
import { renderTable } from '../support/table.ts';

export const history: Command = {
  name: 'history',
  summary: 'lists the last rulebooks of a running server',
  usage: `nextbest history [--url URL] [--json]

Newest first, with the time (UTC) and the author of each, and which of them is in force. Every one of them can be put
into force again with nextbest rollback VERSION.`,
  run: async (args) => {
    const { values } = parseArgs({
      args: [...args],
      options: { url: { type: 'string' }, json: { type: 'boolean', default: false } },
    });
    const reply = await readHistory(values.url ?? serverUrl());
    process.stdout.write(`${values.json ? JSON.stringify(reply, undefined, 2) : render(reply)}\n`);
    return 0;
  },
};

function render({ inForce, rulebooks }: HistoryReply): string {
  if (inForce === undefined) return 'No rulebook was published yet.';
  const rows = rulebooks.map((book) => [
    book.inForce ? '*' : '',
    book.version,
    readable(book.publishedAt),
    printable(book.author ?? 'unknown'),
    String(book.counts.actions ?? ''),
  ]);
  const table = renderTable(['', 'version', 'published (UTC)', 'author', 'actions'], rows);
  return `${table}\n\n* in force: ${howItCame(inForce)}`;
}
