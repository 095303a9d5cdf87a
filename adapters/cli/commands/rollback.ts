import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import type { Command } from '../command.ts';
import { askServer, serverUrl } from '../support/ask-server.ts';
import { onlyOne } from '../support/only-one.ts';
import { type HistoryReply, howItCame, type Moved, readHistory } from '../support/rulebook-history.ts';

export const rollback: Command = {
  name: 'rollback',
  summary: 'puts an earlier rulebook into force on all servers',
  usage: `nextbest rollback [VERSION] [--author NAME] [--note TEXT] [--url URL] [--json]

Without a VERSION, goes back to the rulebook that was in force before. The beginning of a version is enough where only
one begins so; nextbest history lists them. It stays in force, restarts included, until a rules folder changes to
something new. The author is the user of this system unless named.`,
  run: async (args) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        author: { type: 'string' },
        note: { type: 'string' },
        url: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
    const wanted = onlyOne(positionals, 'VERSION');
    const url = values.url ?? serverUrl();
    // The version is settled before it is asked for: whoever asks at the same moment goes back to the same one.
    const target = chooseVersion(await readHistory(url), wanted);
    if ('problem' in target) {
      process.stderr.write(`nextbest: ${target.problem}\n`);
      return 1;
    }
    const author = values.author ?? systemUser();
    const reply = (await askServer(url, '/v1/rulebook/rollback', {
      version: target.version,
      ...(author !== undefined && { author }),
      ...(values.note !== undefined && { note: values.note }),
    })) as Moved & { readonly version?: string };
    const text = `Rulebook ${reply.version} is in force: ${howItCame(reply)}.`;
    process.stdout.write(`${values.json ? JSON.stringify(reply, undefined, 2) : text}\n`);
    return 0;
  },
};

function chooseVersion(
  { inForce, rulebooks }: HistoryReply,
  wanted: string | undefined,
): { readonly version: string } | { readonly problem: string } {
  if (wanted === undefined) {
    if (inForce?.replaces !== undefined) return { version: inForce.replaces };
    return { problem: 'no rulebook was in force before this one. nextbest history lists those there are.' };
  }
  const found = rulebooks.filter(({ version }) => version.startsWith(wanted));
  const [only] = found;
  if (only !== undefined && found.length === 1) return { version: only.version };
  const what = found.length === 0 ? 'no rulebook of the history begins' : `${found.length} rulebooks begin`;
  return { problem: `${what} with "${wanted}". nextbest history lists them.` };
}

function systemUser(): string | undefined {
  try {
    return userInfo().username || undefined;
  } catch {
    // A container may run as a user without a name.
    return undefined;
  }
}
