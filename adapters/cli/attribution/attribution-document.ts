import type {
  AttributionOfLog,
  AttributionReport,
  Credit,
  CreditedBy,
  CreditRow,
} from '../../../engine/index.ts';

/** Conversions and their value in whole millionths, of a conversion and of the currency, so that sums are exact. */
export interface WrittenCredit {
  readonly conversionMillionths: number;
  readonly valueMillionths: number;
}

export interface WrittenRow extends Pick<CreditRow, 'name' | 'touches' | 'learned'> {
  /** By model. */
  readonly credits: Readonly<Record<string, WrittenCredit>>;
}

type Counts = Omit<AttributionReport, 'total' | 'unattributed' | 'rows'>;

/** A report on attribution as `--json` writes it. Shapes change only by additions. */
export interface AttributionDocument extends Counts, Omit<AttributionOfLog, 'report'> {
  /** Epoch ms. */
  readonly since: number;
  readonly until: number;
  /** Version of the rulebook in force, whose outcome rules these are. */
  readonly rulebook: string;
  readonly currency: string;
  readonly models: readonly string[];
  /** By every model the rows of `by` and `unattributed` sum to this. */
  readonly total: WrittenCredit;
  readonly unattributed: WrittenCredit;
  readonly by: Readonly<Record<CreditedBy, readonly WrittenRow[]>>;
}

type Heading = Pick<AttributionDocument, 'since' | 'until' | 'rulebook' | 'currency' | 'models'>;

export function attributionDocument(heading: Heading, found: AttributionOfLog): AttributionDocument {
  const { report, ...reading } = found;
  const { total, unattributed, rows, ...counts } = report;
  return {
    ...{ ...heading, ...reading, ...counts },
    ...{ total: inNumbers(total), unattributed: inNumbers(unattributed) },
    by: {
      action: rows.action.map(written),
      group: rows.group.map(written),
      channel: rows.channel.map(written),
    },
  };
}

function written({ credits, ...row }: CreditRow): WrittenRow {
  const entries = Object.entries(credits).map(([model, credit]) => [model, inNumbers(credit)] as const);
  return { ...row, credits: Object.fromEntries(entries) };
}

function inNumbers({ conversions, value }: Credit): WrittenCredit {
  return { conversionMillionths: Number(conversions), valueMillionths: Number(value) };
}
