import { parseArgs } from 'node:util';
import {
  CodedError,
  type DecisionId,
  type ExplainedReceipt,
  explainReceipt,
  type FullExplanation,
  findReceipt,
  partitionOfDecision,
  type Receipt,
} from '../../../engine/index.ts';
import { type Config, readConfig } from '../../system/config.ts';
import { openStorage, type Storage } from '../../wiring/open-storage.ts';
import type { Command } from '../command.ts';
import { keptBooks } from '../rulebook/kept-books.ts';
import { askServer, serverUrl } from '../support/ask-server.ts';
import { explanationText } from '../support/explanation-text.ts';

export const explain: Command = {
  name: 'explain',
  summary: 'makes one decision again and tells why it came out as it did',
  usage: `nextbest explain ID [--url URL] [--short] [--json]

Makes the decision again from its receipt, by the rulebook that was in force then, and tells for every action why it was or
was not shown, and what would have had to be otherwise (not with --short, which is faster). Asks the running server; where
none answers, the storage of the settings is opened. Exit code 1 when the decision does not come out as it did then.`,
  run: async (args) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        url: { type: 'string' },
        short: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    });
    const [id, ...rest] = positionals;
    if (id === undefined || rest.length > 0)
      throw new CodedError('NB_CONFIG', 'expected the id of one decision');
    const explained = await explainSomewhere(id, values);
    process.stdout.write(`${values.json ? JSON.stringify(explained) : textOf(explained)}\n`);
    return explained.matches ? 0 : 1;
  },
};

interface Wishes {
  readonly url?: string | undefined;
  readonly short: boolean;
}

async function explainSomewhere(id: string, wishes: Wishes): Promise<ExplainedReceipt> {
  try {
    return await askForExplanation(id, wishes);
  } catch (error) {
    const isAway = error instanceof CodedError && error.code === 'NB_STORE_UNAVAILABLE';
    if (!isAway || wishes.url !== undefined) throw error;
    return explainHere(readConfig(process.env), id, wishes);
  }
}

async function askForExplanation(id: string, { url, short }: Wishes): Promise<ExplainedReceipt> {
  const path = `/v1/decisions/${encodeURIComponent(id)}/explain${short ? '?counterfactuals=false' : ''}`;
  const { matches, decisionId, customer, at, ...rest } = (await askServer(
    url ?? serverUrl(),
    path,
  )) as WireExplanation;
  // What is printed here has the same form in both; the times of single actions stand in their words.
  const explanation = {
    ...rest,
    decision: decisionId,
    customer: Object.values(customer).join(),
    at: Date.parse(at),
  } as unknown as FullExplanation;
  return { matches, explanation };
}

interface WireExplanation {
  readonly matches: boolean;
  readonly decisionId: string;
  readonly customer: Readonly<Record<string, string>>;
  readonly at: string;
}

async function explainHere(config: Config, id: string, { short }: Wishes): Promise<ExplainedReceipt> {
  const storage = await openStorage(config, (note) => process.stderr.write(`${note}\n`));
  try {
    const receipt = await receiptOf(storage, config.partitions, id);
    const rulebook = receipt && (await keptBooks(storage)(receipt.rulebook));
    return explainReceipt(id, { receipt, rulebook }, { ...storage, counterfactuals: !short });
  } finally {
    await storage.close();
  }
}

async function receiptOf(
  { receipts, store }: Storage,
  partitions: number,
  id: string,
): Promise<Receipt | undefined> {
  const partition = partitionOfDecision(id, partitions);
  if (partition === undefined || !receipts) return undefined;
  const record = await store.record(partition, id);
  const at = record === undefined ? undefined : (JSON.parse(record) as { readonly at: number }).at;
  const text = await findReceipt(receipts, { partition, id: id as DecisionId, at });
  return text === undefined ? undefined : (JSON.parse(text) as Receipt);
}

function textOf({ matches, explanation }: ExplainedReceipt): string {
  const verdict = matches
    ? 'Made again from its receipt, it comes out the same to the last byte.'
    : 'Made again from its receipt, it comes out OTHERWISE than it did then: see nextbest audit.';
  return `${explanationText(explanation)}\n\n${verdict}`;
}
