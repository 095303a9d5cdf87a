import { createReadStream } from 'node:fs';
import { argv } from 'node:process';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { createGunzip } from 'node:zlib';
import { type Happened, type Offer, readHappened, readOffer } from './coffee-file.ts';
import { PolicyCheck } from './offer-policies.ts';

/** Checks that no decision over the offers of a coffee chain's app broke a policy of `rulebooks/starbucks-offers`. */

const usage = `Usage: policies.ts --decisions <file> --transcript <file> --portfolio <file>

  --decisions   what \`nextbest replay --dump-decisions\` wrote
  --transcript  the raw file of offers and purchases, JSON lines, also .gz
  --portfolio   the list of the ten offers, JSON lines
Exit code 1 when a decision broke a policy, or when there is nothing to check.`;

async function* linesOf(file: string): AsyncGenerator<string> {
  const raw = createReadStream(file);
  const input = file.endsWith('.gz') ? raw.pipe(createGunzip()) : raw;
  for await (const line of createInterface({ input })) if (line.trim() !== '') yield line;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      decisions: { type: 'string' },
      transcript: { type: 'string' },
      portfolio: { type: 'string' },
    },
  });
  const { decisions, transcript, portfolio } = values;
  if (decisions === undefined || transcript === undefined || portfolio === undefined) {
    console.error(usage);
    return 2;
  }
  const offers = new Map<string, Offer>();
  for await (const line of linesOf(portfolio)) {
    const offer = readOffer(line);
    offers.set(offer.id, offer);
  }
  const history = new Map<string, Happened[]>();
  const seen = new Set<string>();
  for await (const line of linesOf(transcript)) readHappened(line, history, seen);
  const check = new PolicyCheck(offers, history);
  for await (const line of linesOf(decisions)) check.take(line);
  const { told, ...verdict } = check.verdict();
  for (const line of told) console.log(line);
  console.log(JSON.stringify(verdict, undefined, 2));
  return Object.keys(verdict.broken).length === 0 && verdict.sent > 0 ? 0 : 1;
}

if (import.meta.url === pathToFileURL(argv[1] ?? '').href) process.exitCode = await main();
