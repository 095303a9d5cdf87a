import type { ActionDraft } from './action-shape.ts';
import type { ArbitrationFields } from './compile-arbitration.ts';
import type { BudgetFields } from './compile-budgets.ts';
import type { ChannelFields } from './compile-channels.ts';
import type { ConsentFields } from './compile-consent.ts';
import type { HoldoutFields } from './compile-holdout.ts';
import type { IdentityFields } from './compile-identity.ts';
import type { OutcomeFields } from './compile-outcomes.ts';
import type { OverlayFields } from './compile-overlays.ts';
import type { PlacementFields } from './compile-placements.ts';
import type { PolicyFields } from './compile-policies.ts';
import type { PrivacyFields } from './compile-privacy.ts';
import type { SegmentFields } from './compile-segments.ts';
import type { TestFields } from './compile-tests.ts';
import type { TriggerFields } from './compile-triggers.ts';
import type { Cursor } from './cursor.ts';
import type { FeatureFields } from './feature-shape.ts';
import type { ImportedRule } from './imported-rule.ts';
import { Register, Setting } from './register.ts';

/** What all files of a book define together, read but not yet put in relation. */
export class Drafts {
  readonly actions = new Register<ActionDraft>('the action');
  /** Rules of json-rules-engine, before those with one event become one action. */
  readonly importedRules: ImportedRule[] = [];
  /** Full names of the groups and the issues that actions belong to; of unsound actions too. */
  readonly groups = new Set<string>();
  readonly issues = new Set<string>();
  readonly features = new Register<FeatureFields>('the feature');
  readonly channels = new Register<ChannelFields>('the channel');
  readonly placements = new Register<PlacementFields>('the placement');
  readonly policies = new Register<PolicyFields>('the policy');
  readonly budgets = new Register<BudgetFields>('the budget');
  readonly triggers = new Register<TriggerFields>('the trigger');
  readonly outcomes = new Register<OutcomeFields>('the outcome');
  readonly conditions = new Register<unknown>('the condition');
  readonly segments = new Register<SegmentFields>('the segment');
  readonly overlays = new Register<OverlayFields>('the overlay');
  /** Texts of the files of separated values, by path; and those that an overlay reads. */
  readonly tables = new Map<string, string>();
  readonly tablesUsed = new Set<string>();
  readonly consent: { readonly value: ConsentFields; readonly at: Cursor }[] = [];
  readonly tests: { readonly value: TestFields; readonly at: Cursor }[] = [];
  readonly currency = new Setting<string>();
  readonly timeZone = new Setting<string>();
  readonly arbitration = new Setting<ArbitrationFields>();
  readonly holdout = new Setting<HoldoutFields>();
  readonly identity = new Setting<IdentityFields>();
  readonly privacy = new Setting<PrivacyFields>();
}
