import { partitionOf } from '../chance/partition.ts';
import { addContacts } from '../customer/contacts.ts';
import type { FoldContext } from '../customer/fold-context.ts';
import { foldCustomer } from '../customer/fold-customer.ts';
import { findContact } from '../customer/outcomes.ts';
import { type DecideResult, decide } from '../decide/decide.ts';
import type { DecideInput } from '../decide/decide-input.ts';
import { newCustomerState } from '../model/customer-state.ts';
import type { Decision } from '../model/decision.ts';
import type { CustomerKey, Partition, Tenant } from '../model/ids.ts';
import type { CustomerMessage, LogMessage } from '../model/log-message.ts';
import { emptyModel, type ModelSnapshot } from '../model/model-snapshot.ts';
import type { Rulebook } from '../model/rulebook.ts';
import { BookWorth } from './book-worth.ts';
import { attributionBook, foldLedger } from './conversions.ts';
import { ForecastBudgets } from './forecast-budgets.ts';
import {
  contactName,
  contactsOfDecision,
  type ForecastCustomer,
  newForecastCustomer,
} from './forecast-customer.ts';
import { ForecastFindings } from './forecast-findings.ts';
import { isAsked, memoryOf, modelFor } from './forecast-input.ts';
import { countsOutcomes, withForeseen } from './imputed-outcomes.ts';
import type { ForecastStep, PastDecision } from './past-decision.ts';
import { RecentMessages } from './recent-messages.ts';

/**
 * The log once more, under another rulebook.
 *
 * FC1. Every customer is folded on a state of the forecast's own: what the new book shows counts for its caps, pauses, rests
 *      and budgets, what the log showed does not.
 * FC2. Asked is what the log was asked, when it was asked, with the same seed: where nothing is different, nothing changes.
 *      What customers do by themselves is as logged.
 * FC3. The value is told from what really came of what the log showed, weighed by the probability of the new book, given
 *      the forecast's past, over the logged one, given the log's past. Each is known before the choice is made, so every row
 *      is an unbiased correction of the model whatever came before it, as long as what comes of a contact depends on the
 *      customer, the moment and what is shown, not on what was shown before.
 * FC4. What only the log's own past kept it from choosing is corrected by another moment of the same customer
 *      (`moved-mass.ts`), and told as never tried where there is none.
 * FC5. Pure, one step at a time, in the order of time; nothing is stored or sent.
 */
export interface ForecastOptions {
  readonly rulebook: Rulebook;
  readonly tenant: Tenant;
  readonly partitions: number;
  /** Of all customers, those that the steps are of, 0..1; 1 when absent. */
  readonly share?: number;
  /**
   * `logged`: every decision on the state that the log had, as if the new book had had no past of its own. Only good for
   * showing what that misses.
   */
  readonly past?: 'forecast' | 'logged';
}

export class ForecastRun {
  readonly #options: ForecastOptions;
  readonly #worth: BookWorth;
  readonly #budgets: ForecastBudgets;
  readonly #findings: ForecastFindings;
  readonly #imputes: boolean;
  readonly #customers = new Map<CustomerKey, ForecastCustomer>();
  readonly #models = new Map<Partition, ModelSnapshot>();
  readonly #books = new Map<Rulebook, Rulebook>();
  /** Halves of merges as the forecast makes them, until the log comes to its own. */
  readonly #made = new Map<string, CustomerMessage>();
  readonly #decided = new Set<string>();
  readonly #recent = new RecentMessages();
  #inForce: Rulebook;

  constructor(options: ForecastOptions) {
    const { rulebook, share = 1 } = options;
    this.#options = options;
    this.#worth = new BookWorth(rulebook);
    this.#budgets = new ForecastBudgets(rulebook, share);
    this.#findings = new ForecastFindings(rulebook, { moves: options.past !== 'logged' });
    this.#imputes = countsOutcomes(rulebook);
    this.#inForce = rulebook;
  }

  take(step: ForecastStep): void {
    if (step.kind === 'decision') this.#takeDecision(step.logged);
    else this.#takeMessage(step.message);
  }

  /** All steps were taken. */
  finish(): ForecastFindings {
    for (const customer of this.#customers.values()) this.#settle(customer);
    this.#findings.finish(this.#customers.values(), this.#budgets.uses());
    return this.#findings;
  }

  // ------------------------------------------------------------------------------------------------ decisions

  #takeDecision(logged: PastDecision): void {
    const isFirst = !this.#customers.has(logged.input.customer);
    this.#decideAgain(logged, isFirst);
    // The first state of a customer holds all that was folded by then; what it holds already is dropped by its id.
    if (isFirst) for (const message of this.#recent.of(logged.input.customer)) this.#takeMessage(message);
  }

  #decideAgain(logged: PastDecision, isFirst: boolean): void {
    const { input, decision } = logged;
    const customer = this.#customerOf(input);
    this.#inForce = input.rulebook;
    const shown = contactsOfDecision(decision);
    if (shown.length > 0) this.#decided.add(`d:${decision.id}`);
    const ledger = customer.ledger ?? newCustomerState(input.customer);
    customer.ledger = addContacts(ledger, shown, memoryOf(input, this.#attribution()));
    const asked = this.#asForecast(customer, input);
    // Triggers ask in the fold. The state of a customer who is met here for the first time has that event behind it.
    if (input.cause.kind === 'trigger' && this.#options.past !== 'logged' && !isFirst) {
      const made = customer.onlyForecast.get(decision.id);
      customer.onlyForecast.delete(decision.id);
      if (made) this.#findings.compare(customer, { logged, made, input: asked }, this.#worth);
      else customer.onlyLogged.set(decision.id, logged);
      return;
    }
    if (!isAsked(asked)) {
      this.#findings.compare(customer, { logged, made: undefined, input: asked }, this.#worth);
      return;
    }
    const result = decide(asked);
    this.#apply(customer, asked, { result, logged: decision });
    this.#findings.compare(customer, { logged, made: result.decision, input: asked }, this.#worth);
  }

  /** The same question to the new book, on the forecast's past. */
  #asForecast(customer: ForecastCustomer, input: DecideInput): DecideInput {
    const { rulebook, past } = this.#options;
    const { overrides: _overrides, ...asked } = input;
    return {
      ...asked,
      rulebook,
      model: modelFor(input.model, this.#models.get(customer.partition)),
      state: past === 'logged' ? input.state : customer.state,
      placements: input.placements.filter((name) => rulebook.placements.has(name)),
      budgets: this.#budgets.viewAt(input.now),
      explain: false,
      tellsOdds: true,
    };
  }

  #apply(
    customer: ForecastCustomer,
    asked: DecideInput,
    { result, logged }: { readonly result: DecideResult; readonly logged: Decision },
  ): void {
    const { decision, contacts, spends } = result;
    this.#budgets.spend(spends, asked.now);
    if (contacts.length === 0) return;
    const foreseen = this.#imputes ? withForeseen(contacts, decision, logged) : contacts;
    const state = customer.state ?? newCustomerState(asked.customer);
    customer.state = addContacts(state, foreseen, memoryOf(asked, this.#options.rulebook));
  }

  #customerOf({ customer: key, state }: DecideInput): ForecastCustomer {
    const known = this.#customers.get(key);
    if (known) return known;
    const { tenant, partitions } = this.#options;
    const customer = newForecastCustomer(partitionOf(tenant, key, partitions), state);
    this.#customers.set(key, customer);
    this.#findings.meet(key);
    return customer;
  }

  // ------------------------------------------------------------------------------------------------ messages

  #takeMessage(message: LogMessage): void {
    if (message.kind === 'model') {
      this.#models.set(message.partition, message.model);
      return;
    }
    if (message.kind === 'tables') return;
    const customer = this.#customers.get(message.key);
    if (!customer) {
      this.#findings.passOver(message.key);
      this.#recent.add(message);
      return;
    }
    // Its contacts are in the ledger already, and the forecast has contacts of its own in their place.
    if (message.kind === 'decision' && this.#decided.delete(message.id)) return;
    this.#tellOutcomes(customer, message);
    if (this.#options.past !== 'logged') this.#fold(customer, this.#asMeant(customer, message));
  }

  #tellOutcomes(customer: ForecastCustomer, message: CustomerMessage): void {
    // Most events tell of nothing that was shown.
    if (message.kind === 'event' && !this.#inForce.outcomesByEvent.has(message.event.name)) return;
    const context = this.#context(customer, this.#attribution(), message);
    const { state, converted } = foldLedger(customer.ledger, message, context);
    customer.ledger = state;
    for (const contact of converted) {
      const row = customer.rows.get(contactName(contact));
      if (row) row.converted = true;
    }
  }

  /**
   * What a merge hands over is what the forecast made of the other customer. An outcome that only names its decision is of
   * what the log showed, not of what the forecast shows in its place.
   */
  #asMeant({ ledger }: ForecastCustomer, message: CustomerMessage): CustomerMessage {
    if (message.kind === 'outcome') {
      const { action, treatment } = (ledger && findContact(ledger, message)) ?? message;
      return {
        ...message,
        ...(action !== undefined && { action }),
        ...(treatment !== undefined && { treatment }),
      };
    }
    const made = this.#made.get(message.id);
    this.#made.delete(message.id);
    return made && made.kind === message.kind ? { ...made, receivedAt: message.receivedAt } : message;
  }

  #fold(customer: ForecastCustomer, message: CustomerMessage): void {
    const result = foldCustomer(
      customer.state,
      message,
      this.#context(customer, this.#options.rulebook, message),
    );
    customer.state = result.state;
    this.#budgets.spend(result.spends, message.receivedAt);
    for (const made of result.messages) {
      if (made.kind === 'link-import' || made.kind === 'link-return') this.#made.set(made.id, made);
    }
    for (const decision of result.decisions) this.#pair(customer, decision);
  }

  /** A decision of a trigger has the same id in both books, whichever of them comes to it first. */
  #pair(customer: ForecastCustomer, made: Decision): void {
    const logged = customer.onlyLogged.get(made.id);
    customer.onlyLogged.delete(made.id);
    if (!logged) customer.onlyForecast.set(made.id, made);
    else {
      const input = this.#asForecast(customer, logged.input);
      this.#findings.compare(customer, { logged, made, input }, this.#worth);
    }
  }

  /** What one book decided and the other never did. */
  #settle(customer: ForecastCustomer): void {
    for (const logged of customer.onlyLogged.values()) {
      const input = this.#asForecast(customer, logged.input);
      this.#findings.compare(customer, { logged, made: undefined, input }, this.#worth);
    }
    for (const made of customer.onlyForecast.values()) {
      this.#findings.compare(
        customer,
        { logged: undefined, made, input: this.#inputOf(customer, made) },
        this.#worth,
      );
    }
    customer.onlyLogged.clear();
    customer.onlyForecast.clear();
  }

  /** What is known of a decision that only the forecast made. */
  #inputOf(customer: ForecastCustomer, { id, customer: key, at, cause, seed }: Decision): DecideInput {
    const { rulebook, tenant } = this.#options;
    return {
      ...{ id, tenant, customer: key, state: customer.state, rulebook, cause, seed, now: at },
      model: this.#models.get(customer.partition) ?? emptyModel,
      placements: [],
      context: {},
      explain: false,
      budgets: this.#budgets.viewAt(at),
    };
  }

  #context({ partition }: ForecastCustomer, rulebook: Rulebook, { receivedAt }: LogMessage): FoldContext {
    const { tenant, partitions } = this.#options;
    return {
      ...{ tenant, partition, partitions, rulebook },
      model: this.#models.get(partition) ?? emptyModel,
      budgets: this.#budgets.viewAt(receivedAt),
      tellsOdds: true,
    };
  }

  #attribution(): Rulebook {
    const known = this.#books.get(this.#inForce);
    if (known) return known;
    const book = attributionBook(this.#inForce);
    this.#books.set(this.#inForce, book);
    return book;
  }
}
