import { jetstream } from '@nats-io/jetstream';
import { connect } from 'nats';
import { customers, type Ledger, noteCap, voucherCap } from './load.ts';
import { until } from './pause.ts';
import type { Stage } from './stage.ts';

/** What a phase came to; everything but `accepted` and `decided` must be 0. */
export interface Finding {
  readonly accepted: number;
  readonly decided: number;
  readonly lost: number;
  readonly twice: number;
  readonly over_cap: number;
  /** Decisions that left and are not on record, or not in the customer's state. */
  readonly unrecorded: number;
  /** Contacts in a customer's state that never left. */
  readonly unpublished: number;
  /** Requests that were answered in two ways. */
  readonly changed: number;
}

interface View {
  readonly features: Readonly<Record<string, number>>;
  readonly contacts: readonly {
    readonly decisionId: string;
    readonly action: string;
    readonly placement: string;
  }[];
}

interface Published {
  readonly id: string;
  readonly decision: string;
  readonly customer: { readonly userId?: string };
  readonly treatments: readonly { readonly action?: string }[];
}

const settleMs = 90_000;

/** Compares what was accepted and told with what is kept and was published, once everything has come to rest. */
export async function audit(stage: Stage, ledger: Ledger, tell: (what: string) => void): Promise<Finding> {
  const isSettled = await until(async () => {
    const views = await viewsOf(stage);
    return views !== undefined && sum(differences(views, ledger), Math.abs) === 0;
  }, settleMs);
  if (!isSettled) {
    tell(`not everything is reflected after ${settleMs / 1_000} s`);
    for (const { url, said } of stage.workers) tell(`the worker at ${url} said last:\n${said}`);
  }
  let views = new Map<string, View>();
  await until(async () => {
    views = (await viewsOf(stage)) ?? new Map();
    const published = await publishedOn(stage);
    return views.size > 0 && unpublishedOf(views, published).length === 0;
  }, settleMs);
  const published = await publishedOn(stage);
  const unrecorded = unrecordedOf(views, ledger, published);
  for (const decision of unrecorded) {
    const answered = ledger.told.some(({ decisionId }) => decisionId === decision);
    const left = published.some((item) => item.decision === decision);
    tell(`decision ${decision} is not on record; answered: ${answered}, published: ${left}`);
  }
  const differing = differences(views, ledger);
  return {
    accepted: sum([...ledger.accepted.values()], (count) => count),
    decided: new Set(ledger.told.map(({ decisionId }) => decisionId)).size,
    lost: sum(differing, (difference) => Math.max(0, -difference)),
    twice: sum(differing, (difference) => Math.max(0, difference)),
    over_cap: overCap(views, ledger, published),
    unrecorded: unrecorded.length,
    unpublished: unpublishedOf(views, published).length,
    changed: changedOf(ledger),
  };
}

/** undefined while a customer cannot be told. */
async function viewsOf({ workers }: Stage): Promise<Map<string, View> | undefined> {
  const views = new Map<string, View>();
  for (let number = 0; number < customers; number += 1) {
    const user = `u${number}`;
    const worker = workers[number % workers.length];
    const response = await fetch(`${worker?.url}/v1/customers/${user}`).catch(() => undefined);
    if (response?.status === 404) continue;
    if (response?.status !== 200) return undefined;
    views.set(user, (await response.json()) as View);
  }
  return views;
}

/** Events reflected less those accepted, by customer. */
function differences(views: ReadonlyMap<string, View>, { accepted }: Ledger): readonly number[] {
  return Array.from({ length: customers }, (_, number) => {
    const user = `u${number}`;
    return (views.get(user)?.features.pings ?? 0) - (accepted.get(user) ?? 0);
  });
}

async function publishedOn({ natsUrl }: Stage): Promise<readonly Published[]> {
  const nats = await connect({ servers: natsUrl.split(',') });
  try {
    const consumer = await jetstream(nats).consumers.get('NEXTBEST_DECISIONS');
    const { num_pending: pending } = await consumer.info();
    const published: Published[] = [];
    while (published.length < pending) {
      const messages = await consumer.fetch({ max_messages: 500, expires: 2_000 });
      for await (const message of messages) published.push(message.json<Published>());
    }
    return published;
  } finally {
    await nats.close();
  }
}

/** Over what was told, published and kept; how many contacts beyond the caps. */
function overCap(
  views: ReadonlyMap<string, View>,
  { told }: Ledger,
  published: readonly Published[],
): number {
  const vouchers = new Map<string, Set<string>>();
  const notes = new Map<string, Set<string>>();
  const add = (seen: Map<string, Set<string>>, user: string, decision: string) => {
    seen.set(user, (seen.get(user) ?? new Set()).add(decision));
  };
  const see = (user: string, decision: string, action: string | undefined) => {
    if (action === 'voucher') add(vouchers, user, decision);
    if (action === 'hint') add(notes, user, decision);
  };
  for (const { user, decisionId, action } of told) see(user, decisionId, action);
  for (const { decision, customer, treatments } of published) {
    for (const { action } of treatments) see(customer.userId ?? '', decision, action);
  }
  for (const [user, { contacts }] of views) {
    for (const { decisionId, action } of contacts) see(user, decisionId, action);
  }
  const beyond = (cap: number) => (decisions: Set<string>) => Math.max(0, decisions.size - cap);
  return sum([...vouchers.values()], beyond(voucherCap)) + sum([...notes.values()], beyond(noteCap));
}

function unrecordedOf(
  views: ReadonlyMap<string, View>,
  { told }: Ledger,
  published: readonly Published[],
): readonly string[] {
  const kept = new Set(
    [...views.values()].flatMap(({ contacts }) => contacts.map(({ decisionId }) => decisionId)),
  );
  const left = new Set<string>();
  for (const { decisionId, action } of told) if (action !== undefined) left.add(decisionId);
  for (const { decision, treatments } of published) {
    if (treatments.some(({ action }) => action !== undefined)) left.add(decision);
  }
  return [...left].filter((decision) => !kept.has(decision));
}

function unpublishedOf(views: ReadonlyMap<string, View>, published: readonly Published[]): readonly string[] {
  const ids = new Set(published.map(({ id }) => id));
  return [...views.values()]
    .flatMap(({ contacts }) => contacts.map(({ decisionId, placement }) => `${decisionId}.${placement}`))
    .filter((id) => !ids.has(id));
}

function changedOf({ told }: Ledger): number {
  const answers = new Map<string, string>();
  let changed = 0;
  for (const { request, decisionId, action } of told) {
    const answer = `${decisionId} ${action}`;
    if ((answers.get(request) ?? answer) !== answer) changed += 1;
    answers.set(request, answer);
  }
  return changed;
}

function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
