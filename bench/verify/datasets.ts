/**
 * The counts and sums of each known file, said once more and on their own: nothing here comes from the mapping files,
 * the rule files or the engine, so that a mistake in any of them shows as a difference.
 */

/** One event as the recount sees it. */
export interface CountedEvent {
  readonly customer: string;
  /** Kind of event in the words of the file. */
  readonly kind: string;
  /** Epoch ms. */
  readonly at: number;
  readonly numbers: Readonly<Record<string, number | undefined>>;
  readonly texts?: Readonly<Record<string, string>>;
  /** Events of equal identity are one event; undefined: never equal to another. */
  readonly identity?: string;
}

/**
 * What a feature must be: how many events of these kinds there are, what one of their numbers adds up to, how many
 * different texts one of their fields has, or how many days ago the newest was.
 */
export interface CountedFeature {
  readonly kind: string | readonly string[];
  readonly sum?: string;
  readonly distinct?: string;
  readonly recency?: true;
  readonly withinMs?: number;
}

export interface Dataset {
  readonly read: (line: string, header: readonly string[]) => readonly CountedEvent[];
  readonly hasHeader: boolean;
  readonly features: Readonly<Record<string, CountedFeature>>;
}

type Fields = Readonly<Record<string, unknown>>;

const hour = 3_600_000;

function sortedText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${entries.map(([name, member]) => `${name}=${sortedText(member)}`).join(';')}}`;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

const starbucks: Dataset = {
  hasHeader: false,
  read: (line) => {
    const { person, event, time, value } = JSON.parse(line) as Fields;
    const { amount, reward } = value as Fields;
    return [
      {
        customer: `u:${person}`,
        kind: String(event),
        at: Date.UTC(2018, 6, 1) + Number(time) * hour,
        numbers: { amount: numberOf(amount), reward: numberOf(reward) },
        identity: `${person}|${event}|${time}|${sortedText(value)}`,
      },
    ];
  },
  features: {
    'offers.received': { kind: 'offer received' },
    'offers.viewed': { kind: 'offer viewed' },
    'offers.completed': { kind: 'offer completed' },
    'transactions.count': { kind: 'transaction' },
    'transactions.amount': { kind: 'transaction', sum: 'amount' },
    'offers.reward': { kind: 'offer completed', sum: 'reward' },
    'offers.viewed_7d': { kind: 'offer viewed', withinMs: 168 * hour },
    'offers.completed_7d': { kind: 'offer completed', withinMs: 168 * hour },
    'transactions.count_7d': { kind: 'transaction', withinMs: 168 * hour },
    'transactions.amount_7d': { kind: 'transaction', sum: 'amount', withinMs: 168 * hour },
    'transactions.amount_24h': { kind: 'transaction', sum: 'amount', withinMs: 24 * hour },
  },
};

const otto: Dataset = {
  hasHeader: false,
  read: (line) => {
    const { session, events } = JSON.parse(line) as Fields;
    return (events as readonly Fields[]).map(({ ts, type }) => ({
      customer: `u:${session}`,
      kind: String(type),
      at: Number(ts),
      numbers: {},
    }));
  },
  features: {
    'products.viewed': { kind: 'clicks' },
    'products.added': { kind: 'carts' },
    'orders.count': { kind: 'orders' },
    'products.viewed_1h': { kind: 'clicks', withinMs: hour },
    'orders.count_90d': { kind: 'orders', withinMs: 90 * 24 * hour },
  },
};

const rees46: Dataset = {
  hasHeader: true,
  read: (line, header) => {
    // No cell of this file is quoted.
    const cells = line.split(',');
    const cell = (name: string) => cells[header.indexOf(name)] ?? '';
    return [
      {
        customer: `u:${cell('user_id')}`,
        kind: cell('event_type'),
        at: Date.parse(cell('event_time').replace(' UTC', 'Z').replace(' ', 'T')),
        numbers: { price: Number(cell('price')) },
      },
    ];
  },
  features: {
    'products.viewed': { kind: 'view' },
    'products.added': { kind: 'cart' },
    'products.removed': { kind: 'remove_from_cart' },
    'orders.count': { kind: 'purchase' },
    'orders.revenue': { kind: 'purchase', sum: 'price' },
    'products.viewed_1h': { kind: 'view', withinMs: hour },
    'orders.count_90d': { kind: 'purchase', withinMs: 90 * 24 * hour },
  },
};

const cdnow: Dataset = {
  hasHeader: false,
  read: (line) => {
    const [customer = '', date = '', quantity, amount] = line.trim().split(/ +/);
    return [
      {
        customer: `u:${customer}`,
        kind: 'purchase',
        at: Date.UTC(Number(date.slice(0, 4)), Number(date.slice(4, 6)) - 1, Number(date.slice(6, 8))),
        numbers: { quantity: Number(quantity), amount: Number(amount) },
      },
    ];
  },
  features: {
    'orders.count': { kind: 'purchase' },
    'orders.revenue': { kind: 'purchase', sum: 'amount' },
    'orders.quantity': { kind: 'purchase', sum: 'quantity' },
    'orders.count_90d': { kind: 'purchase', withinMs: 90 * 24 * hour },
    'orders.days_since_last': { kind: 'purchase', recency: true },
  },
};

const onlineRetail: Dataset = {
  hasHeader: true,
  read: (line, header) => {
    const cells = cellsOf(line);
    const cell = (name: string) => cells[header.indexOf(name)] ?? '';
    const invoice = cell('InvoiceNo');
    const customer = cell('CustomerID');
    const quantity = Number(cell('Quantity'));
    return [
      {
        // A buyer without an account is known by the invoice alone.
        customer: customer === '' ? `a:${invoice}` : `u:${customer}`,
        kind: invoice.startsWith('C') ? 'cancelled' : invoice.startsWith('A') ? 'adjusted' : 'line',
        at: Date.parse(cell('InvoiceDate')),
        numbers: { quantity, revenue: quantity * Number(cell('UnitPrice')) },
        texts: { invoice },
      },
    ];
  },
  features: {
    'lines.count': { kind: 'line' },
    'lines.revenue': { kind: 'line', sum: 'revenue' },
    'lines.quantity': { kind: 'line', sum: 'quantity' },
    'lines.cancelled': { kind: 'cancelled' },
    'lines.net_revenue': { kind: ['line', 'cancelled'], sum: 'revenue' },
    'lines.net_quantity': { kind: ['line', 'cancelled'], sum: 'quantity' },
    'invoices.distinct': { kind: 'line', distinct: 'invoice' },
    'orders.days_since_last': { kind: 'line', recency: true },
  },
};

/** The cells of a line of which some are quoted; a quote inside of a quoted cell stands twice. */
function cellsOf(line: string): readonly string[] {
  const cells: string[] = [];
  for (const [, quoted, bare] of line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)) {
    cells.push(quoted === undefined ? (bare ?? '') : quoted.replaceAll('""', '"'));
  }
  return cells;
}

export const datasets: Readonly<Record<string, Dataset>> = {
  starbucks,
  otto,
  rees46,
  cdnow,
  'online-retail': onlineRetail,
};
