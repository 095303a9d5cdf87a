import { parseArgs } from 'node:util';
import { CodedError } from '../../../engine/index.ts';
import type { Command } from '../command.ts';
import { measuredFigures } from '../plan/measured.ts';
import { type PlanLoad, planFor } from '../plan/plan.ts';
import { renderPlan } from '../plan/plan-report.ts';

/** Every figure that a plan takes: what it is when nothing is said, the least it may be, and what it means. */
const inputs = {
  customers: { default: 1_000_000, min: 1, help: 'Customers with a state.' },
  events: { default: 500, min: 0, help: 'Events a second at the busiest hour.' },
  decisions: { default: 100, min: 0, help: 'Decisions a second at the busiest hour.' },
  'state-bytes': {
    default: 1_500,
    min: 1,
    help: 'Bytes of one customer; npm run bench -- state-size measures one.',
  },
  'log-days': { default: 30, min: 1, help: 'Days for which the log is kept.' },
  'record-days': { default: 3, min: 1, help: 'Days for which records of decisions are kept.' },
  average: { default: 0.4, min: 0.01, help: 'Average load as a share of the busiest hour.' },
  copies: { default: 3, min: 1, help: 'Copies of the streams: 1 or 3.' },
  replicas: { default: 1, min: 0, help: 'Replicas of each Redis primary.' },
  'redis-gib': { default: 24, min: 0.1, help: 'Memory that data may fill on one Redis.' },
  utilisation: { default: 0.5, min: 0.05, help: 'Share of a core that is used at the busiest hour.' },
} as const;

type InputName = keyof typeof inputs;
const names = Object.keys(inputs) as InputName[];

export const plan: Command = {
  name: 'plan',
  summary: 'tells how many partitions, processes, Redis and NATS nodes a load needs',
  usage: `nextbest plan [options] [--json]

${names.map((name) => `  --${name.padEnd(12)} ${inputs[name].help} Default ${inputs[name].default}.`).join('\n')}

Counts with what the project's own benchmarks measured (npm run bench -- capacity): the sample rulebook, one machine.
Measure with your rulebook on your machines before you buy.`,
  run: async (args) => {
    const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
    const { values } = parseArgs({
      args: [...args],
      options: { ...options, json: { type: 'boolean', default: false } },
    });
    const written: Readonly<Record<string, unknown>> = values;
    const load = loadOf((name) => written[name] as string | undefined);
    const result = planFor(load, measuredFigures);
    process.stdout.write(
      `${values.json ? JSON.stringify({ load, plan: result, figures: measuredFigures }, undefined, 2) : renderPlan(load, result)}\n`,
    );
    return 0;
  },
};

function loadOf(written: (name: InputName) => string | undefined): PlanLoad {
  const figure = (name: InputName) => readFigure(name, written(name));
  return {
    customers: figure('customers'),
    eventsPerSecond: figure('events'),
    decisionsPerSecond: figure('decisions'),
    stateBytes: figure('state-bytes'),
    logDays: figure('log-days'),
    recordDays: figure('record-days'),
    averageShare: figure('average'),
    streamCopies: figure('copies'),
    redisReplicas: figure('replicas'),
    redisNodeGib: figure('redis-gib'),
    utilisation: figure('utilisation'),
  };
}

function readFigure(name: InputName, text: string | undefined): number {
  const { default: otherwise, min } = inputs[name];
  const figure = text === undefined ? otherwise : Number(text.replaceAll(/[_,]/g, ''));
  if (Number.isFinite(figure) && figure >= min && text !== '') return figure;
  throw new CodedError('NB_CONFIG', `--${name}: expected a number from ${min}, found "${text}"`);
}
