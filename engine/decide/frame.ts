import { contactsOf, profilesOf, traitsOf } from '../customer/profile.ts';
import { featureValues } from '../facts/feature-values.ts';
import { type FactScope, readFacts, readOverlayValues } from '../facts/read-facts.ts';
import type { Contact, Profile } from '../model/customer-state.ts';
import type { HoldoutArm, Reason } from '../model/decision.ts';
import type { Action, Candidate, FactValues, Placement, Treatment } from '../model/rulebook.ts';
import { type ContactLedger, openLedger } from './contact-policy.ts';
import type { DecideInput } from './decide-input.ts';
import { armOf } from './hold-out.ts';

/** What one decision works on: read once, shared by all stages and placements of the request. */
export interface Frame {
  readonly input: DecideInput;
  readonly profiles: readonly Profile[];
  readonly facts: FactValues;
  /** Contacts so far, those of this very decision included. */
  readonly ledger: ContactLedger;
  readonly arm: HoldoutArm | undefined;
  /** Actions chosen for an earlier placement of the request. */
  readonly placed: Set<Action>;
  /** Contacts this decision makes, in order. */
  readonly contacts: Contact[];
  /** Spent by this decision so far, by budget. */
  readonly spent: Map<string, number>;
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

export function openFrame(input: DecideInput): Frame {
  const profiles = input.state ? profilesOf(input.state) : [];
  return {
    input,
    profiles,
    facts: readFacts(input.rulebook, factScope(input, profiles)),
    ledger: openLedger(contactsOf(profiles), input.rulebook.policies, input.now),
    arm: armOf(input.rulebook.holdout, input.customer),
    placed: new Set(),
    contacts: [],
    spent: new Map(),
    gathered: {},
  };
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
  return {
    decision: frame.input.id,
    at: frame.input.now,
    action: option.action.name,
    group: option.action.group,
    treatment: option.treatment.name,
    channel: option.placement.channel,
    placement: option.placement.name,
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
  const { rulebook, now, context, overrides } = input;
  const values: Record<string, unknown> = {};
  for (const [name, value] of featureValues(rulebook, { profiles, now, context })) {
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
