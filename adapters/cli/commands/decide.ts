import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  anonymousKey,
  CodedError,
  type DecideInput,
  type Decision,
  type DecisionId,
  decide,
  defaultTenant,
  emptyModel,
  everyPurposeGranted,
  explainDecision,
  failureText,
  isJsonObject,
  type JsonObject,
  newCustomerState,
  type PlacementDecision,
  type Rulebook,
  reasons,
  userKey,
  withoutChance,
} from '../../../engine/index.ts';
import { loadRulebook } from '../../rule-files/load-rulebook.ts';
import { readConfig } from '../../system/config.ts';
import { openLibraries } from '../../wiring/libraries.ts';
import type { Command } from '../command.ts';
import { decideRows } from '../decide/decide-rows.ts';
import { explanationText } from '../support/explanation-text.ts';
import { renderTable } from '../support/table.ts';

export const decideCommand: Command = {
  name: 'decide',
  summary: 'asks for the next best action: a running server, or a rulebook and facts alone',
  usage: `nextbest decide --placement NAME [--user ID | --anonymous ID] [--context JSON] [--url URL] [--json]
nextbest decide --placement NAME --facts JSON|FILE [--rules FOLDER] [--context JSON] [--why] [--json]
nextbest decide --file FILE --placement NAME [--context JSON] [--out FILE] [--batch NAME] [--url URL] [--json]

The first form asks a running server. The second needs none: it decides for a customer who has just these fact values,
without chance and experiments, and shows for every action why it is in or out; with --why in sentences, with the place of
the rule and the smallest change that would have let it in.

The third decides for every row of a file (.csv, .tsv, .jsonl, .ndjson, .parquet; texts also with .gz): columns userId or
anonymousId, context.NAME for facts of the request, placements and requestId where a row has its own; or whole requests
as /v1/decide takes them. Where no --url is given and no server answers, it opens the data itself for the time. Answers go
to the file of --out, a line of JSON for each row. The same batch decided on again gets the same answers; NAME is by
default made of the file's name, its content and the day. The exit code is 1 when a row failed.

--placement may be given several times; --placements A,B is the same. With --preview (and --at TIME) the first and the
third form only look: nothing is stored, counted or spent.`,
  run: async (args) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        placement: { type: 'string', multiple: true, default: [] },
        placements: { type: 'string' },
        file: { type: 'string' },
        out: { type: 'string' },
        batch: { type: 'string' },
        preview: { type: 'boolean', default: false },
        at: { type: 'string' },
        user: { type: 'string' },
        anonymous: { type: 'string' },
        context: { type: 'string', default: '{}' },
        facts: { type: 'string' },
        rules: { type: 'string' },
        why: { type: 'boolean', default: false },
        url: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
    const placements = [...values.placement, ...(values.placements?.split(',') ?? [])];
    if (placements.length === 0) throw new CodedError('NB_CONFIG', 'expected --placement NAME');
    const context = jsonOf('context', values.context);
    const isPreview = values.preview || values.at !== undefined;
    const preview = isPreview ? { preview: true, ...(values.at !== undefined && { at: values.at }) } : {};
    if (values.file !== undefined) {
      return decideRows({ ...values, file: values.file, placements, context, preview });
    }
    const config = readConfig(process.env);
    if (values.facts !== undefined) {
      const rulebook = await rulebookOf(values.rules ?? config.rules);
      const asked = offlineInput(rulebook, placements, jsonOf('facts', values.facts), context);
      process.stdout.write(`${values.why ? whyOf(asked, values.json) : decisionOf(asked, values.json)}\n`);
      return 0;
    }
    const customer =
      values.anonymous === undefined ? { userId: values.user } : { anonymousId: values.anonymous };
    const answer = await askServer(values.url ?? `http://127.0.0.1:${config.port}`, {
      customer,
      placements,
      context,
      explain: true,
      ...preview,
    });
    process.stdout.write(`${JSON.stringify(answer, undefined, values.json ? 0 : 2)}\n`);
    return 0;
  },
};

function decisionOf(input: DecideInput, isJson: boolean): string {
  const { decision } = decide(input);
  return isJson ? JSON.stringify(decision) : textOf(decision);
}

function whyOf(input: DecideInput, isJson: boolean): string {
  const explanation = explainDecision(input, decide(input));
  return isJson ? JSON.stringify(explanation) : explanationText(explanation);
}

function offlineInput(
  rulebook: Rulebook,
  placements: readonly string[],
  facts: JsonObject,
  context: JsonObject,
): DecideInput {
  const unknown = placements.find((name) => !rulebook.placements.has(name));
  if (unknown !== undefined) {
    const known = [...rulebook.placements.keys()].join(', ');
    throw new CodedError(
      'NB_UNKNOWN_PLACEMENT',
      `no placement "${unknown}" in the rulebook; known are ${known}`,
    );
  }
  const customer = facts['customer.known'] === false ? anonymousKey('what-if') : userKey('what-if');
  const state = newCustomerState(customer);
  return {
    id: 'what-if' as DecisionId,
    tenant: defaultTenant,
    customer,
    // A what-if is about the facts it names: every purpose is granted.
    state: { ...state, own: { ...state.own, consent: everyPurposeGranted(rulebook) } },
    rulebook: withoutChance(rulebook),
    model: emptyModel,
    cause: { kind: 'request', requestId: 'what-if' },
    seed: 'what-if',
    now: Date.now(),
    placements,
    context,
    explain: true,
    budgets: { left: () => Number.MAX_SAFE_INTEGER },
    overrides: new Map(Object.entries(facts)),
  };
}

function textOf(decision: Decision): string {
  return decision.placements.map(placementText).join('\n\n');
}

function placementText({
  placement,
  channel,
  treatments,
  fallback,
  reasons: why,
}: PlacementDecision): string {
  const ranked = treatments.map(({ rank, action, treatment, priority, P, V, C, L, cost }) =>
    [rank, action, treatment, priority, P, V, C, L, cost].map((cell) =>
      typeof cell === 'number' && !Number.isInteger(cell) ? cell.toFixed(4) : String(cell),
    ),
  );
  const out = why
    .filter(({ code }) => code !== 'chosen')
    .map(({ action, code, by, failed }) => [
      action,
      code,
      failed ? failureText(failed) : (by ?? reasons[code]),
    ]);
  return [
    `${placement} (${channel})`,
    ranked.length > 0
      ? renderTable(['Rank', 'Action', 'Treatment', 'Priority', 'P', 'V', 'C', 'L', 'Cost'], ranked)
      : fallback
        ? `the fallback: ${JSON.stringify(fallback.content)}`
        : 'nothing',
    ...(out.length > 0 ? [renderTable(['Not shown', 'Reason', 'Because'], out)] : []),
  ].join('\n');
}

async function rulebookOf(folder: string): Promise<Rulebook> {
  const { rulebook } = await loadRulebook({ folder, libraries: openLibraries() });
  if (!rulebook)
    throw new CodedError(
      'NB_CONFIG',
      `${folder} is not a valid rulebook; nextbest check ${folder} tells why`,
    );
  return rulebook;
}

async function askServer(url: string, body: unknown): Promise<unknown> {
  const response = await fetch(`${url}/v1/decide`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch((cause: unknown) => {
    throw new CodedError(
      'NB_STORE_UNAVAILABLE',
      `no server answers at ${url}; start one with nextbest serve`,
      { cause },
    );
  });
  const answer: unknown = await response.json();
  if (response.ok) return answer;
  throw new CodedError('NB_INVALID_INPUT', `the server says: ${JSON.stringify(answer)}`);
}

/** JSON, or the name of a file that holds it. */
function jsonOf(option: string, text: string): JsonObject {
  const source = text.trimStart().startsWith('{') ? text : readFileSync(text, 'utf8');
  const value: unknown = JSON.parse(source);
  if (isJsonObject(value)) return value;
  throw new CodedError('NB_CONFIG', `--${option}: expected a JSON object, found ${text.slice(0, 60)}`);
}
