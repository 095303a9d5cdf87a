import { profilesOf, traitsOf } from '../customer/profile.ts';
import { armsTold, bookOfArms, drawArms, drawnFor } from '../experiments/draw-arms.ts';
import { featureValues } from '../facts/feature-values.ts';
import { type FactScope, readFacts, readOverlayValues } from '../facts/read-facts.ts';
import type { Baseline, Contact, Profile } from '../model/customer-state.ts';
import type { ExperimentArm, Reason } from '../model/decision.ts';
import type { Action, Candidate, FactValues, Placement, Treatment } from '../model/rulebook.ts';
import { type ArmRules, armRules } from './arms.ts';
import { type ContactLedger, openLedger } from './contact-policy.ts';
import type { DecideInput } from './decide-input.ts';
import { type Models, openModels } from './models.ts';
import { CustomerBench, sessionOf } from './policies/customer-bench.ts';
import type { QuietLook } from './quiet-hours.ts';

/** What one decision works on: read once, shared by all stages and placements of the request. */
export interface Frame {
  /** With the rulebook that decides: the challenger's, where the customer is in its arm. */
  readonly input: DecideInput;
  readonly profiles: readonly Profile[];
  readonly facts: FactValues;
  /** Models that look at the customer; undefined: there are none. */
  readonly models: Models | undefined;
  /** Contacts so far, those of this very decision included. */
  ledger: ContactLedger;
  /** The customer's arms, in the book's order. */
  readonly arms: readonly ExperimentArm[];
  /** What these arms change; undefined: nothing. */
  readonly armRules: ArmRules | undefined;
  /** Actions chosen for an earlier placement of the request. */
  readonly placed: Set<Action>;
  /** Contacts this decision makes, in order. */
  readonly contacts: Contact[];
  /** Nothing was shown by chance. */
  baseline?: Baseline | undefined;
  /** Spent by this decision so far, by budget. */
  readonly spent: Map<string, number>;
  /** Whether a context weight applies, by its position, once it was asked. */
  readonly weighed: (boolean | undefined)[];
  readonly quiet: QuietLook;
  /** What contents read, once one of them asked. */
  readonly gathered: {
    traits?: Readonly<Record<string, unknown>>;
    features?: Readonly<Record<string, unknown>>;
    overlays?: Readonly<Record<string, unknown>>;
  };
}

/** One way to show one action in one placement. */
export interface Option {
  readonly action: Action;
  readonly treatment: Treatment;
  readonly placement: Placement;
}

/** A stage of the pipeline looks at one candidate and gives the reason why it must go, if there is one. */
export type Stage = (frame: Frame, candidate: Candidate, placement: Placement) => Reason | undefined;

/** The same for one treatment of a candidate that got through all stages of the action. */
export type OptionStage = (frame: Frame, option: Option) => Reason | undefined;

export function openFrame(asked: DecideInput): Frame {
  const { rulebook: book, state, now } = asked;
  const profiles = state ? profilesOf(state) : [];
  const drawn =
    book.experiments.length === 0
      ? []
      : drawArms(book, { of: drawnFor(state, asked), now, forced: asked.arms });
  const arms = armsTold(drawn);
  const rulebook = bookOfArms(book, arms);
  const input = rulebook === book ? asked : { ...asked, rulebook };
  const facts = readFacts(input.rulebook, factScope(input, profiles));
  return {
    input,
    profiles,
    facts,
    models: openModels(input, facts),
    ledger: ledgerOf(input, { profiles, facts }),
    arms,
    armRules: armRules(drawn),
    placed: new Set(),
    contacts: [],
    spent: new Map(),
    weighed: [],
    quiet: { channels: new Map() },
    gathered: {},
  };
}

/** The ledger of these contributions, without what this very decision has chosen. */
export function ledgerOf(
  input: DecideInput,
  { profiles, facts }: Pick<Frame, 'profiles' | 'facts'>,
): ContactLedger {
  return openLedger({
    rulebook: input.rulebook,
    facts,
    bench: new CustomerBench(input, profiles, factScope(input, profiles)),
  });
}

/** How far a decision has come. */
export interface Mark {
  readonly placed: ReadonlySet<Action>;
  readonly contacts: number;
  readonly baseline: Baseline | undefined;
  readonly spent: ReadonlyMap<string, number>;
}

export function markOf({ placed, contacts, baseline, spent }: Frame): Mark {
  return { placed: new Set(placed), contacts: contacts.length, baseline, spent: new Map(spent) };
}

/** As if nothing had been chosen since. The ledger is opened anew, so that it can hold nothing of what is taken back. */
export function takeBack(frame: Frame, { placed, contacts, baseline, spent }: Mark): void {
  frame.baseline = baseline;
  frame.placed.clear();
  for (const action of placed) frame.placed.add(action);
  frame.spent.clear();
  for (const [budget, amount] of spent) frame.spent.set(budget, amount);
  frame.contacts.length = contacts;
  frame.ledger = ledgerOf(frame.input, frame);
  for (const contact of frame.contacts) frame.ledger.add(contact);
}

function factScope(input: DecideInput, profiles: readonly Profile[]): FactScope {
  return {
    key: input.customer,
    profiles,
    now: input.now,
    context: input.context,
    event: input.event,
    ...(input.tables && { tables: input.tables }),
    ...(input.overrides && { overrides: input.overrides }),
  };
}

/** The line that a chosen option leaves in the ledger. */
export function contactOf(frame: Frame, option: Option): Contact {
  const served = frame.models?.served(option.action, option.treatment);
  return {
    decision: frame.input.id,
    at: frame.input.now,
    action: option.action.name,
    group: option.action.group,
    treatment: option.treatment.name,
    channel: option.placement.channel,
    placement: option.placement.name,
    ...sessionOf(frame.input),
    ...(served && { served }),
    ...(frame.input.rulebook.channels.get(option.placement.channel)?.needsView && {
      needsView: true as const,
    }),
  };
}

/**
 * What the templates of a content may read. Traits and features are gathered once a decision, and only if a template
 * looks at them: most contents look at little.
 */
export function contentScope(frame: Frame, action?: Action): Readonly<Record<string, unknown>> {
  const { customer, context, event, now } = frame.input;
  return {
    context,
    event,
    now,
    customer: { key: customer },
    action: action && { name: action.name },
    get traits() {
      frame.gathered.traits ??= traitsOf(frame.profiles);
      return frame.gathered.traits;
    },
    get features() {
      frame.gathered.features ??= featuresToShow(frame);
      return frame.gathered.features;
    },
    get overlay() {
      frame.gathered.overlays ??= overlayValues(frame);
      return frame.gathered.overlays;
    },
  };
}

function featuresToShow({ input, profiles }: Frame): Readonly<Record<string, unknown>> {
  const { rulebook, now, context, overrides, tables } = input;
  const values: Record<string, unknown> = {};
  for (const [name, value] of featureValues(rulebook, {
    profiles,
    now,
    context,
    ...(tables && { tables }),
  })) {
    values[name] = overrides?.has(name) ? overrides.get(name) : value;
  }
  return values;
}

function overlayValues({ input, profiles }: Frame): Readonly<Record<string, unknown>> {
  const { rulebook } = input;
  const scope = factScope(input, profiles);
  return Object.fromEntries(
    [...rulebook.overlays.values()].map((overlay) => [
      overlay.name,
      readOverlayValues(rulebook, overlay, scope),
    ]),
  );
}
