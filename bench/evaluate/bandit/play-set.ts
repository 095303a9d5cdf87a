import { DataFault } from '../data/data-fault.ts';
import { readSet } from '../data/read-arff.ts';
import { lossesOn } from './progressive-loss.ts';

/** One set in a process of its own: `play-set.ts <folder> <name> <identity>`. From so many classes on the identity link is played too. */
const classesForIdentity = 17;

const [folder = '', name = '', identity = ''] = process.argv.slice(2);
try {
  const table = readSet(folder, name);
  const classes = new Set(table.rows.map((row) => row[row.length - 1])).size;
  const losses = lossesOn(table, identity === 'identity' || classes >= classesForIdentity);
  process.send?.({ name, rows: table.rows.length, classes, losses });
} catch (error) {
  if (!(error instanceof DataFault)) throw error;
  process.send?.({ fault: error.message });
}
