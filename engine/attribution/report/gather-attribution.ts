import { hash48 } from '../../chance/hash.ts';
import { type Presented, TracesByCustomer } from '../../customer/traces-by-customer.ts';
import { readEventFacts } from '../../facts/read-facts.ts';
import { readPath } from '../../facts/read-path.ts';
import type { Contact } from '../../model/customer-state.ts';
import type { EventMessage, LogMessage, OutcomeMessage } from '../../model/log-message.ts';
import type { OutcomeRule, Rulebook } from '../../model/rulebook.ts';
import type { TouchpointEvent } from '../../model/touchpoint-event.ts';
import type { AttributionModel } from '../attribute.ts';
import { type AttributionReport, CreditTally } from './credit-tally.ts';
import { addTelling, addTouch, type CustomerPath, joinPaths, newPath } from './customer-path.ts';
import { shareConversions } from './share-conversions.ts';

/**
 * Who gets how much of the conversions of a period, by several models, from the log and the decisions of that period and of
 * the window before it.
 *
 * GA1. An event is one conversion, however often the log has it and however many rules tell of it. It is worth what the
 *      first of those rules, in the order of the book, finds in it; without such a number it counts as a conversion and adds
 *      nothing to sums of money. So it is not put down at the value of an action: which one, would depend on the model.
 * GA2. A claim have the touches that one of these rules speaks of, inside its window, and where the channel asks for views
 *      those that were viewed by then.
 * GA3. A conversion that a channel reports for a decision belongs to that contact alone. It counts where no rule tells of
 *      conversions of such a contact; elsewhere it would be the same order a second time.
 * GA4. By every model credits and what is left over sum to the conversions exactly, in millionths; this is asserted.
 * GA5. The learning credit stands beside: the successes of the tallies, as if all had been told of in the order in which it
 *      happened. It goes by every rule for itself, and a contact is one success at most.
 * GA6. A customer counts with all ids, and takes a bounded room; what it has no room for is told.
 */
export interface AttributionOptions {
  /** In force now: what counts as a conversion, and what it is worth, follow from it. */
  readonly rulebook: Rulebook;
  readonly models: Readonly<Record<string, AttributionModel>>;
  /** Conversions after this and up to `until` count; epoch ms. */
  readonly since: number;
  readonly until: number;
}

export class AttributionGathering {
  readonly #options: AttributionOptions;
  readonly #paths = new TracesByCustomer<CustomerPath>(newPath);
  /** A channel asks for them, or did when something was shown. */
  #asksForViews: boolean;
  touches = 0;

  constructor(options: AttributionOptions) {
    this.#options = options;
    this.#asksForViews = [...options.rulebook.channels.values()].some(({ needsView }) => needsView);
  }

  takeMessage(message: LogMessage): void {
    switch (message.kind) {
      case 'event':
        this.#takeEvent(message);
        break;
      case 'outcome':
        this.#takeOutcome(message);
        break;
      case 'decision':
        this.takeContacts(message, message.contacts);
        break;
      default:
        this.#paths.takeLinks(message);
    }
  }

  /** What a decision showed. */
  takeContacts(to: Presented, contacts: readonly Contact[]): void {
    const id = this.#paths.idOf(to);
    for (const { served: _served, session: _session, outcomes: _outcomes, ...touch } of contacts) {
      if (touch.at > this.#options.until) continue;
      if (touch.needsView) this.#asksForViews = true;
      addTouch(this.#paths.of(id), touch);
      this.touches += 1;
    }
  }

  /** What all that was taken so far adds up to. */
  report(): AttributionReport {
    const tally = new CreditTally(this.#options);
    for (const paths of this.#paths.customers()) shareConversions(joinPaths(paths), this.#options, tally);
    return tally.report();
  }

  #takeEvent(message: EventMessage): void {
    const id = this.#paths.idOf(message);
    const { event, origin } = message;
    const listed = this.#options.rulebook.outcomesByEvent
      .get(event.name)
      ?.filter((rule) => this.#reads(rule));
    if (origin !== undefined || !listed || listed.length === 0) return;
    const facts = readEventFacts(this.#options.rulebook, event);
    const rules = listed.filter(({ where }) => where === undefined || where.holds(facts));
    if (rules.length === 0) return;
    const value = worthOf(event, rules);
    addTelling(this.#paths.of(id), {
      mark: hash48(`e:${event.messageId}`),
      at: event.timestamp,
      of: {
        kind: 'event',
        rules: rules.map((rule) => {
          const decision = rule.decisionAt && readPath(event, rule.decisionAt);
          return { rule, ...(decision !== undefined && { decision }) };
        }),
      },
      ...(value !== undefined && { value }),
    });
  }

  /** Views matter where a contact asks for them. */
  #reads({ outcome }: OutcomeRule): boolean {
    return outcome === 'conversion' || (this.#asksForViews && isView(outcome));
  }

  #takeOutcome(message: OutcomeMessage): void {
    const { outcome, decision, action, treatment, value, timestamp } = message;
    const id = this.#paths.idOf(message);
    if (outcome !== 'conversion' && !(this.#asksForViews && isView(outcome))) return;
    const amount = inMillionths(value);
    addTelling(this.#paths.of(id), {
      mark: hash48(`o:${outcome}/${decision}/${action ?? ''}/${treatment ?? ''}`),
      at: timestamp,
      of: {
        ...{ kind: 'report', outcome },
        contact: {
          decision,
          ...(action !== undefined && { action }),
          ...(treatment !== undefined && { treatment }),
        },
      },
      ...(amount !== undefined && { value: amount }),
    });
  }
}

function isView(outcome: OutcomeRule['outcome']): boolean {
  return outcome === 'impression' || outcome === 'click';
}

/** Of the rules that tell of a conversion, the first that finds a number says what it is worth (GA1). */
function worthOf(event: TouchpointEvent, rules: readonly OutcomeRule[]): number | undefined {
  for (const { outcome, valueAt } of rules) {
    const value = outcome === 'conversion' && valueAt ? inMillionths(readPath(event, valueAt)) : undefined;
    if (value !== undefined) return value;
  }
  return undefined;
}

/** Beyond this no order is meant, and millionths would not be exact. */
const amountMax = 1_000_000_000;

function inMillionths(value: unknown): number | undefined {
  if (typeof value !== 'number' || !(Math.abs(value) <= amountMax)) return undefined;
  // Not -0, which would be another value for nothing.
  return Math.round(value * 1_000_000) + 0;
}
