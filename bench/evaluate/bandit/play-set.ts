import { readText } from '../data/find-file.ts';
import { readArff } from '../data/read-arff.ts';
import { lossesOn } from './progressive-loss.ts';

/** One set in a process of its own: `play-set.ts <folder> <name> <identity>`. From so many classes on the identity link is played too. */
const classesForIdentity = 17;

const [folder = '', name = '', identity = ''] = process.argv.slice(2);
const table = readArff(readText(folder, `${name}.arff`));
const classes = new Set(table.rows.map((row) => row[row.length - 1])).size;
const losses = lossesOn(table, identity === 'identity' || classes >= classesForIdentity);
process.send?.({ name, rows: table.rows.length, classes, losses });
