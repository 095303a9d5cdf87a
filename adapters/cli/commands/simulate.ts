import { parseArgs } from 'node:util';
import { CodedError } from '../../../engine/index.ts';
import { readConfig } from '../../system/config.ts';
import type { Command } from '../command.ts';
import { type SimulateOptions, simulate } from '../simulate/simulate.ts';
import { renderSimulateSummary, simulateDetail, simulateSummary } from '../simulate/simulate-summary.ts';
import { startProgress } from '../support/progress.ts';

export const simulateCommand: Command = {
  name: 'simulate',
  summary: 'drives a running server with shoppers that have hidden tastes',
  usage: `nextbest simulate [--url URL] [--shoppers N] [--seconds N | --events N] [--seed N] [--rate N] [--json]

The shoppers browse, buy, subscribe and respond to what they are shown by tastes that only the simulation knows, so it
can tell how near the decisions come to the best ones.`,
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
        json: { type: 'boolean', default: false },
      },
    });
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
