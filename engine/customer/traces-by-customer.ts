import { compareText } from '../compare-text.ts';
import type { CustomerKey } from '../model/ids.ts';
import type { LogMessage } from '../model/log-message.ts';

/**
 * What reports gather by presented id, and read by customer: a customer is whoever the log says these ids were in the end.
 * So what is gathered does not depend on when two ids turned out to be one.
 */
export class TracesByCustomer<Trace> {
  readonly #newTrace: () => Trace;
  readonly #traces = new Map<CustomerKey, Trace>();
  /** Who speaks for an id, where that is another one or was. */
  readonly #owners = new Map<CustomerKey, CustomerKey>();

  constructor(newTrace: () => Trace) {
    this.#newTrace = newTrace;
  }

  /** Ids that came together, were parted, or were erased. */
  takeLinks(message: LogMessage): void {
    if (message.kind === 'link-import' || message.kind === 'link-return') {
      this.own(Object.keys(message.profiles) as CustomerKey[], message.key);
    }
    if (message.kind === 'erase') this.#traces.delete(message.key);
  }

  own(ids: readonly CustomerKey[], owner: CustomerKey): void {
    for (const id of ids) this.#owners.set(id, owner);
  }

  /** The id that something was presented with, for which the document of `key` spoke. */
  idOf({ key, presentedAs }: Presented): CustomerKey {
    if (presentedAs === undefined) return key;
    this.#owners.set(presentedAs, key);
    return presentedAs;
  }

  find(id: CustomerKey): Trace | undefined {
    return this.#traces.get(id);
  }

  of(id: CustomerKey): Trace {
    const known = this.#traces.get(id);
    if (known) return known;
    const trace = this.#newTrace();
    this.#traces.set(id, trace);
    return trace;
  }

  /** The traces of every customer, in an order that does not depend on the log's. */
  *customers(): Generator<readonly Trace[]> {
    const shared = new Map<CustomerKey, CustomerKey[]>();
    for (const id of this.#traces.keys()) {
      const owner = this.#owners.get(id) ?? id;
      const ids = shared.get(owner);
      if (ids) ids.push(id);
      else shared.set(owner, [id]);
    }
    for (const owner of [...shared.keys()].sort(compareText)) {
      const ids = shared.get(owner)?.sort(compareText) ?? [];
      yield ids.flatMap((id) => this.#traces.get(id) ?? []);
    }
  }
}

/** The document that spoke, and the id it spoke for where that is another one. */
export interface Presented {
  readonly key: CustomerKey;
  readonly presentedAs?: CustomerKey | undefined;
}
