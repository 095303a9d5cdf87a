import { list, mapOf, readMap } from './collection-shapes.ts';
import { arbitrationShape } from './compile-arbitration.ts';
import { budgetShape } from './compile-budgets.ts';
import { channelShape } from './compile-channels.ts';
import { consentShape } from './compile-consent.ts';
import { holdoutShape } from './compile-experiments.ts';
import { hierarchyShape } from './compile-hierarchy.ts';
import { identityShape } from './compile-identity.ts';
import { learningShape } from './compile-learning.ts';
import { outcomeShape } from './compile-outcomes.ts';
import { overlayShape } from './compile-overlays.ts';
import { placementShape } from './compile-placements.ts';
import { privacyShape } from './compile-privacy.ts';
import { quietHoursShape } from './compile-quiet-hours.ts';
import { segmentShape } from './compile-segments.ts';
import { testShape } from './compile-tests.ts';
import { triggerShape } from './compile-triggers.ts';
import { jurisdictionShape, timeZoneShape } from './compile-whereabouts.ts';
import { condition } from './conditions/condition-fields.ts';
import type { Cursor } from './cursor.ts';
import { degradedShape } from './degraded-shape.ts';
import type { Drafts } from './drafts.ts';
import { experimentShape } from './experiment-shape.ts';
import { featureShape } from './feature-shape.ts';
import { groupPattern, namePattern, subjectNamePattern } from './names.ts';
import { policyShape } from './policy-shape.ts';
import type { Register, Setting } from './register.ts';
import { pattern } from './scalar-shapes.ts';
import { invalid, isMap, type Shape, wrongType } from './shape.ts';

/** A top-level key of a document that defines no action. */
export interface Section {
  readonly shape: Shape<unknown>;
  readonly description: string;
  readonly read: (value: unknown, at: Cursor, drafts: Drafts) => void;
}

const currency = pattern(/^[A-Z]{3}$/, 'a currency code such as `EUR`');

/** Everything a document may define beside actions. */
export const sections: Readonly<Record<string, Section>> = {
  currency: settingSection(currency, 'Currency of values and costs.', (drafts) => drafts.currency),
  timeZone: settingSection(
    timeZoneShape,
    'Whose clock counts: the time zone of customers who have not told theirs, and where they may tell it.',
    (drafts) => drafts.timeZone,
  ),
  jurisdiction: settingSection(
    jurisdictionShape,
    'In which country, or part of one, a customer is.',
    (drafts) => drafts.jurisdiction,
  ),
  features: mapSection(namePattern, featureShape, 'Features by name.', (drafts) => drafts.features),
  placements: mapSection(
    subjectNamePattern,
    placementShape,
    'Placements by name.',
    (drafts) => drafts.placements,
  ),
  channels: mapSection(subjectNamePattern, channelShape, 'Channels by name.', (drafts) => drafts.channels),
  policies: mapSection(namePattern, policyShape, 'Contact policies by name.', (drafts) => drafts.policies),
  quietHours: mapSection(namePattern, quietHoursShape, 'Quiet hours by name.', (drafts) => drafts.quietHours),
  budgets: mapSection(namePattern, budgetShape, 'Budgets by name.', (drafts) => drafts.budgets),
  hierarchy: mapSection(
    groupPattern,
    hierarchyShape,
    'What holds for all actions of an issue or a group, by `issue` or `issue/group`.',
    (drafts) => drafts.hierarchy,
  ),
  arbitration: settingSection(arbitrationShape, 'How actions are ranked.', (drafts) => drafts.arbitration),
  learning: settingSection(
    learningShape,
    'What is learned from, so that propensities go by the customer and the moment.',
    (drafts) => drafts.learning,
  ),
  degraded: settingSection(
    degradedShape,
    'What is answered while the store that knows the customers does not answer.',
    (drafts) => drafts.degraded,
  ),
  identity: settingSection(
    identityShape,
    'By what customers are recognised again, and what keeps people apart.',
    (drafts) => drafts.identity,
  ),
  holdout: settingSection(holdoutShape, 'Customers kept out on purpose.', (drafts) => drafts.holdout),
  experiments: mapSection(
    namePattern,
    experimentShape,
    'Experiments by name: hold-outs, treatments, actions and whole rulebooks compared.',
    (drafts) => drafts.experiments,
  ),
  privacy: settingSection(privacyShape, 'What counts as personal data.', (drafts) => drafts.privacy),
  triggers: mapSection(namePattern, triggerShape, 'Triggers by name.', (drafts) => drafts.triggers),
  outcomes: mapSection(namePattern, outcomeShape, 'Outcomes by name.', (drafts) => drafts.outcomes),
  conditions: mapSection(namePattern, condition, 'Shared conditions by name.', (drafts) => drafts.conditions),
  segments: mapSection(
    namePattern,
    segmentShape,
    'Segments of customers by name.',
    (drafts) => drafts.segments,
  ),
  overlays: mapSection(
    subjectNamePattern,
    overlayShape,
    'External attributes of customers, or by a key, by name.',
    (drafts) => drafts.overlays,
  ),
  consent: listSection(consentShape, 'Events that change consent.', (drafts) => drafts.consent),
  tests: listSection(testShape, 'Tests of the book.', (drafts) => drafts.tests),
};

function mapSection<T>(
  pattern: RegExp,
  entry: Shape<T>,
  description: string,
  registerOf: (drafts: Drafts) => Register<T>,
): Section {
  const shape = mapOf(pattern, entry);
  return {
    shape,
    description,
    read: (value, at, drafts) => {
      if (!isMap(value)) wrongType(at, shape.expected, value);
      else
        readMap(value, { pattern, entry, at }, (name, read, place) =>
          registerOf(drafts).add(name, read, place),
        );
    },
  };
}

function listSection<T>(
  entry: Shape<T>,
  description: string,
  listOf: (drafts: Drafts) => { readonly value: T; readonly at: Cursor }[],
): Section {
  const shape = list(entry);
  return {
    shape,
    description,
    read: (value, at, drafts) => {
      if (!Array.isArray(value)) {
        wrongType(at, shape.expected, value);
        return;
      }
      for (const [index, item] of value.entries()) {
        const place = at.at(index);
        const read = entry.read(item, place);
        if (read !== invalid) listOf(drafts).push({ value: read, at: place });
      }
    },
  };
}

function settingSection<T>(
  shape: Shape<T>,
  description: string,
  settingOf: (drafts: Drafts) => Setting<T>,
): Section {
  return {
    shape,
    description,
    read: (value, at, drafts) => settingOf(drafts).set(shape.read(value, at), at),
  };
}
