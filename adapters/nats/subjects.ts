import {
  CodedError,
  type CustomerKey,
  defaultTenant,
  hash32,
  type Partition,
  type Tenant,
} from '../../engine/index.ts';

/**
 * The one place where subjects and stream names are built. The prefix is `nextbest` for the tenant `default` and
 * `nextbest.<tenant>` for any other:
 *
 *     <prefix>.log.<partition>                    NEXTBEST_LOG           what the folds read, in partitions
 *     <prefix>.decisions.<channel>.<placement>    NEXTBEST_DECISIONS     what channels subscribe to
 *     <prefix>.receipts.<partition>.chain         NEXTBEST_RECEIPTS      what vouches for the receipts of decisions
 *     <prefix>.receipts.<partition>.<0 to 255>                           the receipts, by customer
 *     <prefix>.touchpoints, <prefix>.touchpoints.>  NEXTBEST_TOUCHPOINTS   where anyone may publish events
 *     <prefix>.deadletters                        NEXTBEST_DEADLETTERS   touchpoints that were refused, with the reason
 *
 * The published rulebooks are in the key-value bucket NEXTBEST_RULEBOOKS.
 */

/** A tenant of one of these names would publish into the subjects of the default tenant. */
const reserved: ReadonlySet<string> = new Set(['log', 'decisions', 'receipts', 'touchpoints', 'deadletters']);

/** Of each partition. */
const receiptSubjects = 256;

export type StreamKind = 'log' | 'decisions' | 'receipts' | 'touchpoints' | 'deadletters';

export class Subjects {
  readonly #tenant: Tenant;
  readonly #prefix: string;

  constructor(tenant: Tenant) {
    if (!/^[a-z0-9-]+$/.test(tenant) || reserved.has(tenant)) {
      const detail = `"${tenant}" cannot name a tenant: use a-z, 0-9 and "-", and none of ${[...reserved].join(', ')}.`;
      throw new CodedError('NB_CONFIG', detail);
    }
    this.#tenant = tenant;
    this.#prefix = tenant === defaultTenant ? 'nextbest' : `nextbest.${tenant}`;
  }

  log(partition: Partition): string {
    return `${this.#prefix}.log.${partition}`;
  }

  decision(channel: string, placement: string): string {
    return `${this.#prefix}.decisions.${token(channel)}.${token(placement)}`;
  }

  /** A filter for the decisions of one channel, or of all. */
  decisions(channel?: string): string {
    return `${this.#prefix}.decisions.${channel === undefined ? '*' : token(channel)}.*`;
  }

  /** A filter for everything of a partition. */
  receipts(partition: Partition): string {
    return `${this.#prefix}.receipts.${partition}.*`;
  }

  receiptChain(partition: Partition): string {
    return `${this.#prefix}.receipts.${partition}.chain`;
  }

  /** A subject for each customer would be too many for a server. */
  receiptsOf(partition: Partition, customer: CustomerKey): string {
    return `${this.#prefix}.receipts.${partition}.${hash32(customer, 0x3d4d51c3) % receiptSubjects}`;
  }

  deadLetters(): string {
    return `${this.#prefix}.deadletters`;
  }

  /** The subjects that a stream stores. */
  of(kind: StreamKind): readonly string[] {
    switch (kind) {
      case 'log':
        return [`${this.#prefix}.log.*`];
      case 'decisions':
        return [this.decisions()];
      case 'receipts':
        return [`${this.#prefix}.receipts.*.*`];
      case 'touchpoints':
        return [`${this.#prefix}.touchpoints`, `${this.#prefix}.touchpoints.>`];
      case 'deadletters':
        return [this.deadLetters()];
    }
  }

  stream(kind: StreamKind): string {
    return this.#named(kind);
  }

  /** The key-value bucket of the published rulebooks. */
  rulebookBucket(): string {
    return this.#named('rulebooks');
  }

  #named(what: string): string {
    const infix = this.#tenant === defaultTenant ? '' : `${this.#tenant.toUpperCase()}_`;
    return `NEXTBEST_${infix}${what.toUpperCase()}`;
  }
}

/** Names are free text in rule files; a dot, a blank or a wildcard in a subject means something else. */
function token(name: string): string {
  return name === '' ? '%' : encodeURIComponent(name).replaceAll('.', '%2E').replaceAll('*', '%2A');
}
