import { parseArgs } from 'node:util';
import { CodedError } from '../../../engine/index.ts';
import { readConfig } from '../../system/config.ts';
import type { Command } from '../command.ts';
import { openRulebook, rulesFolder } from '../rulebook/open-rulebook.ts';
import { type SimulateOptions, simulate } from '../simulate/simulate.ts';
import { renderSimulateSummary, simulateDetail, simulateSummary } from '../simulate/simulate-summary.ts';
import { renderTruth, truthOf } from '../simulate/truth.ts';
import { startProgress } from '../support/progress.ts';

export const simulateCommand: Command = {
  name: 'simulate',
  summary: 'drives a running server with shoppers that have hidden tastes',
  usage: `nextbest simulate [--url URL] [--shoppers N] [--seconds N | --events N] [--seed N] [--rate N] [--json]
       nextbest simulate --truth [--rules FOLDER] [--shoppers N] [--seed N] [--json]

The shoppers browse, buy, subscribe and respond to what they are shown by tastes that only the simulation knows, so it
can tell how near the decisions come to the best ones.

--truth asks no server: as many fresh shoppers live through four weeks under the rules of FOLDER (NEXTBEST_RULES), in
simulated time, and a decision's true expected value is told from their tastes. As many others taught the propensities.`,
  run: async (args) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        url: { type: 'string' },
        shoppers: { type: 'string', default: '200' },
        seconds: { type: 'string' },
        events: { type: 'string' },
        seed: { type: 'string', default: '1' },
        rate: { type: 'string' },
        truth: { type: 'boolean', default: false },
        rules: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
    if (values.truth) return tellTruth(values);
    const progress = startProgress(process.stderr, 'simulate');
    const controller = new AbortController();
    process.once('SIGINT', () => controller.abort());
    const end =
      values.seconds === undefined && values.events === undefined
        ? { seconds: 20 }
        : { ...numberOf('seconds', values.seconds), ...numberOf('events', values.events) };
    const options: SimulateOptions = {
      url: values.url ?? `http://127.0.0.1:${readConfig(process.env).port}`,
      shoppers: numberOf('shoppers', values.shoppers).shoppers ?? 200,
      seed: numberOf('seed', values.seed).seed ?? 1,
      ...numberOf('rate', values.rate),
      ...end,
      signal: controller.signal,
      onProgress: (at) => progress.update(at.fraction, simulateDetail(at)),
    };
    const report = await simulate(options);
    progress.finish(simulateDetail({ fraction: 1, ...report }));
    const text = values.json ? JSON.stringify(simulateSummary(report)) : renderSimulateSummary(report);
    process.stdout.write(`${text}\n`);
    return 0;
  },
};

async function tellTruth(wishes: {
  readonly rules?: string | undefined;
  readonly shoppers: string;
  readonly seed: string;
  readonly json: boolean;
}): Promise<number> {
  const folder = rulesFolder(wishes.rules);
  const { rulebook } = await openRulebook(folder);
  if (!rulebook) {
    throw new CodedError('NB_CONFIG', `${folder} is not a valid rulebook; \`nextbest check\` tells why`);
  }
  const { shoppers = 200 } = numberOf('shoppers', wishes.shoppers);
  const { seed = 1 } = numberOf('seed', wishes.seed);
  const truth = truthOf(rulebook, { seed, shoppers });
  process.stdout.write(`${wishes.json ? JSON.stringify(truth) : renderTruth(truth, rulebook.currency)}\n`);
  return 0;
}

function numberOf<Name extends string>(
  name: Name,
  text: string | undefined,
): { readonly [key in Name]?: number } {
  if (text === undefined) return {};
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) {
    throw new CodedError('NB_CONFIG', `--${name}: expected a number, found "${text}"`);
  }
  return { [name]: value } as { readonly [key in Name]: number };
}
