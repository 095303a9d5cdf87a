import { CodedError, defaultTenant, type Partition, type Tenant } from '../../engine/index.ts';

/**
 * The one place where subjects and stream names are built. The prefix is `nextbest` for the tenant `default` and
 * `nextbest.<tenant>` for any other:
 *
 *     <prefix>.log.<partition>                    NEXTBEST_LOG           what the folds read, in partitions
 *     <prefix>.decisions.<channel>.<placement>    NEXTBEST_DECISIONS     what channels subscribe to
 *     <prefix>.touchpoints, <prefix>.touchpoints.>  NEXTBEST_TOUCHPOINTS   where anyone may publish events
 *     <prefix>.deadletters                        NEXTBEST_DEADLETTERS   touchpoints that were refused, with the reason
 *
 * The published rulebooks are in the key-value bucket NEXTBEST_RULEBOOKS.
 */

/** A tenant of one of these names would publish into the subjects of the default tenant. */
const reserved: ReadonlySet<string> = new Set(['log', 'decisions', 'touchpoints', 'deadletters']);

export type StreamKind = 'log' | 'decisions' | 'touchpoints' | 'deadletters';

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
