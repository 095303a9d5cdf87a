import { parseArgs } from 'node:util';
import { Random } from '../simulation/random.ts';
import { audit, type Finding } from './audit.ts';
import { type FaultCount, wreak } from './faults.ts';
import { Load } from './load.ts';
import { openStage, type Phase, phases } from './stage.ts';

/**
 * `npm run chaos -- --minutes 5 [--seed 1] [--phases pair,cluster] [--json]`
 *
 * Real servers and real processes of the product are killed, frozen and failed over under load; then everything heals,
 * and what was accepted is compared with what is there. Ends with 1 when anything was lost, counted twice, over a cap,
 * or left without a trace. Everything it started ends with it, whatever ends it.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
    phases: { type: 'string', default: phases.join(',') },
    json: { type: 'boolean', default: false },
  },
});
/** What must not be. */
const wrongs = ['lost', 'twice', 'over_cap', 'unrecorded', 'unpublished', 'changed'] as const;
const seed = Number(values.seed);
const chosen = values.phases.split(',').map(phaseOf);
const forMs = (Number(values.minutes) * 60_000) / chosen.length;

interface PhaseReport extends Finding {
  readonly phase: Phase;
  readonly sent: number;
  readonly kills: number;
  readonly longest_gap_s: number;
  readonly faults: Readonly<Record<string, number>>;
}

const reports: PhaseReport[] = [];
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void leave());
let close: () => Promise<void> = async () => undefined;
for (const phase of chosen) reports.push(await runPhase(phase));
conclude(reports);

async function leave(): Promise<void> {
  await close();
  process.exit(130);
}

async function runPhase(phase: Phase): Promise<PhaseReport> {
  say(`${phase}: starting servers and workers (seed ${seed})`);
  const stage = await openStage(phase);
  close = stage.close;
  try {
    const load = new Load(stage.workers, seed);
    const loaded = load.run();
    const begun = performance.now();
    const tell = (what: string) =>
      say(`${phase} ${((performance.now() - begun) / 1_000).toFixed(1)} s: ${what}`);
    const counted = await Promise.race([
      wreak(stage, { random: new Random(seed), forMs, tell }),
      // The load ends by itself only when something is refused for good, which is a finding of its own.
      loaded.then(() => Promise.reject(new Error('the load ended early'))),
    ]);
    load.stop();
    await loaded;
    say(`${phase}: everything is healed; comparing`);
    return reportOf(phase, load, counted, await audit(stage, load.ledger, say));
  } finally {
    await stage.close();
  }
}

function reportOf(
  phase: Phase,
  { ledger }: Load,
  { kills, byKind }: FaultCount,
  finding: Finding,
): PhaseReport {
  const { sent, longestGapMs } = ledger;
  const faults = Object.fromEntries(byKind);
  return { phase, sent, ...finding, kills, longest_gap_s: Math.round(longestGapMs / 100) / 10, faults };
}

function conclude(all: readonly PhaseReport[]): void {
  const total = (field: 'sent' | 'kills' | keyof Finding) =>
    all.reduce((sum, report) => sum + report[field], 0);
  const wrong = Object.fromEntries(wrongs.map((field) => [field, total(field)] as const));
  const longest = Math.max(...all.map((report) => report.longest_gap_s));
  for (const { phase, faults, ...report } of all) {
    say(
      `${phase}: ${report.accepted} events accepted of ${report.sent} sends, ${report.decided} decisions, ${report.kills} kills`,
    );
    for (const [kind, count] of Object.entries(faults)) say(`  ${count} x ${kind}`);
    say(`  longest time without an accepted event: ${report.longest_gap_s} s`);
  }
  say(`lost ${wrong.lost}, twice ${wrong.twice}, over cap ${wrong.over_cap}`);
  say(
    `not on record ${wrong.unrecorded}, never published ${wrong.unpublished}, answered in two ways ${wrong.changed}`,
  );
  const summary = {
    sent: total('sent'),
    accepted: total('accepted'),
    ...wrong,
    kills: total('kills'),
    longest_gap_s: longest,
  };
  if (values.json) console.log(JSON.stringify({ ...summary, seed, phases: all }));
  process.exitCode = Object.values(wrong).every((count) => count === 0) ? 0 : 1;
}

function phaseOf(name: string): Phase {
  const phase = phases.find((known) => known === name);
  if (phase === undefined) throw new Error(`there is no phase "${name}"; known are ${phases.join(', ')}`);
  return phase;
}

function say(line: string): void {
  console.log(line);
}
