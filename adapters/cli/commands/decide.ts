import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  anonymousKey,
  CodedError,
  type Decision,
  type DecisionId,
  decide,
  defaultTenant,
  emptyModel,
  everyPurposeGranted,
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
import { renderTable } from '../support/table.ts';

export const decideCommand: Command = {
  name: 'decide',
  summary: 'asks for the next best action: a running server, or a rulebook and facts alone',
  usage: `nextbest decide --placement NAME [--user ID | --anonymous ID] [--context JSON] [--url URL] [--json]
nextbest decide --placement NAME --facts JSON|FILE [--rules FOLDER] [--context JSON] [--json]

The first form asks a running server. The second needs none: it decides for a customer who has just these fact values,
without chance and hold-out, and shows for every action why it is in or out.`,
  run: async (args) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        placement: { type: 'string', multiple: true, default: [] },
        user: { type: 'string' },
        anonymous: { type: 'string' },
        context: { type: 'string', default: '{}' },
        facts: { type: 'string' },
        rules: { type: 'string' },
        url: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
    if (values.placement.length === 0) throw new CodedError('NB_CONFIG', 'expected --placement NAME');
    const context = jsonOf('context', values.context);
    const config = readConfig(process.env);
    if (values.facts !== undefined) {
      const rulebook = await rulebookOf(values.rules ?? config.rules);
      const decision = decideOffline(rulebook, values.placement, jsonOf('facts', values.facts), context);
      process.stdout.write(`${values.json ? JSON.stringify(decision) : textOf(decision)}\n`);
      return 0;
    }
    const customer =
      values.anonymous === undefined ? { userId: values.user } : { anonymousId: values.anonymous };
    const answer = await askServer(values.url ?? `http://127.0.0.1:${config.port}`, {
      customer,
      placements: values.placement,
      context,
      explain: true,
    });
    process.stdout.write(`${JSON.stringify(answer, undefined, values.json ? 0 : 2)}\n`);
    return 0;
  },
};

function decideOffline(
  rulebook: Rulebook,
  placements: readonly string[],
  facts: JsonObject,
  context: JsonObject,
): Decision {
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
  return decide({
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
  }).decision;
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
