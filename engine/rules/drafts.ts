import type { ActionDraft } from './action-shape.ts';
import type { ArbitrationFields } from './compile-arbitration.ts';
import type { BudgetFields } from './compile-budgets.ts';
import type { ChannelFields } from './compile-channels.ts';
import type { ConsentFields } from './compile-consent.ts';
import type { HoldoutFields } from './compile-experiments.ts';
import type { HierarchyFields } from './compile-hierarchy.ts';
import type { IdentityFields } from './compile-identity.ts';
import type { LearningFields } from './compile-learning.ts';
import type { OutcomeFields } from './compile-outcomes.ts';
import type { OverlayFields } from './compile-overlays.ts';
import type { PlacementFields } from './compile-placements.ts';
import type { PrivacyFields } from './compile-privacy.ts';
import type { QuietHoursFields } from './compile-quiet-hours.ts';
import type { SegmentFields } from './compile-segments.ts';
import type { TestFields } from './compile-tests.ts';
import type { TriggerFields } from './compile-triggers.ts';
import type { JurisdictionFields, TimeZoneFields } from './compile-whereabouts.ts';
import type { Cursor } from './cursor.ts';
import type { DegradedFields } from './degraded-shape.ts';
import type { ExperimentFields } from './experiment-shape.ts';
import type { FeatureFields } from './feature-shape.ts';
import type { ImportedRule } from './imported-rule.ts';
import type { PolicyFields } from './policy-shape.ts';
import { Register, Setting } from './register.ts';

/** What all files of a book define together, read but not yet put in relation. */
export class Drafts {
  /** What the files of each challenger define, by its name. */
  readonly challengers = new Map<string, Drafts>();
  readonly actions = new Register<ActionDraft>('the action');
  /** Rules of json-rules-engine, before those with one event become one action. */
  readonly importedRules: ImportedRule[] = [];
  /** Full names of the groups and the issues that actions belong to; of unsound actions too. */
  readonly groups = new Set<string>();
  readonly issues = new Set<string>();
  readonly hierarchy = new Register<HierarchyFields>('the level');
  readonly features = new Register<FeatureFields>('the feature');
  readonly channels = new Register<ChannelFields>('the channel');
  readonly placements = new Register<PlacementFields>('the placement');
  readonly policies = new Register<PolicyFields>('the policy');
  readonly quietHours = new Register<QuietHoursFields>('the quiet hours');
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
  readonly timeZone = new Setting<TimeZoneFields>();
  readonly jurisdiction = new Setting<JurisdictionFields>();
  readonly arbitration = new Setting<ArbitrationFields>();
  readonly learning = new Setting<LearningFields>();
  readonly degraded = new Setting<DegradedFields>();
  readonly holdout = new Setting<HoldoutFields>();
  readonly experiments = new Register<ExperimentFields>('the experiment');
  readonly identity = new Setting<IdentityFields>();
  readonly privacy = new Setting<PrivacyFields>();
}
