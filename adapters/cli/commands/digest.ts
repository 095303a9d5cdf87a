import { parseArgs } from 'node:util';
import { readConfig } from '../../system/config.ts';
import { digestState } from '../../system/state-digest.ts';
import { openStorage } from '../../wiring/open-storage.ts';
import type { Command } from '../command.ts';

export const digest: Command = {
  name: 'digest',
  summary: 'prints one digest over the states of all customers',
  usage: `nextbest digest [--json]

Two stores with the same digest hold the same customers in the same state, byte for byte. The embedded store must not
be in use by a server meanwhile.`,
  run: async (args) => {
    const { values } = parseArgs({ args: [...args], options: { json: { type: 'boolean', default: false } } });
    const storage = await openStorage(readConfig(process.env), (note) => process.stderr.write(`${note}\n`));
    try {
      const result = await digestState(storage.store);
      const text = `${result.digest} over ${result.customers} customers`;
      process.stdout.write(`${values.json ? JSON.stringify(result) : text}\n`);
      return 0;
    } finally {
      await storage.close();
    }
  },
};
