import { compareText } from '../compare-text.ts';
import { limits } from '../limits.ts';
import type { Json } from '../model/json.ts';
import type { Rulebook } from '../model/rulebook.ts';
import type { Libraries } from '../ports.ts';
import type { BookContext } from './book-context.ts';
import { BookNames } from './book-names.ts';
import { compileActions } from './compile-actions.ts';
import { compileArbitration } from './compile-arbitration.ts';
import { compileBudgets } from './compile-budgets.ts';
import { compileChannels } from './compile-channels.ts';
import { compileConsent } from './compile-consent.ts';
import { compileFeatures, partsOfDrafts } from './compile-features.ts';
import { compileHoldout } from './compile-holdout.ts';
import { compileIdentity } from './compile-identity.ts';
import { compileOutcomes } from './compile-outcomes.ts';
import { compileOverlays, overlaySources } from './compile-overlays.ts';
import { compilePlacements } from './compile-placements.ts';
import { compilePolicies } from './compile-policies.ts';
import { compilePrivacy } from './compile-privacy.ts';
import { compileSegmentation, compileSegments, segmentSources } from './compile-segments.ts';
import { compileTests } from './compile-tests.ts';
import { compileTimeZones } from './compile-time-zones.ts';
import { compileTriggers } from './compile-triggers.ts';
import { FactTable } from './conditions/fact-table.ts';
import { NamedConditions, type NamedSource } from './conditions/named-conditions.ts';
import { placesOf } from './definition-places.ts';
import type { Drafts } from './drafts.ts';
import { lintRulebook } from './lint/lint-rulebook.ts';
import { IndexedEngagement } from './matcher/engagement-matcher.ts';
import { readDocuments } from './read-documents.ts';
import type { Diagnostic, RuleFile } from './rule-file.ts';
import { withheldPlaces } from './withheld-places.ts';

/**
 * Turns rule files into a rulebook: shapes first, then references, then compilation, and every finding at once.
 *
 * Invariants
 * 1. A book with an error among its findings is not compiled: there is no half a rulebook.
 * 2. The result depends on the files' content and paths alone, not on the order in which they were read.
 * 3. The rulebook does not depend on the time: whether an action is valid now is for the decision to say. A caller that
 *    gives its time as `now` is also told what is over by then.
 */

export interface RulebookSource {
  readonly files: readonly RuleFile[];
  /** Hash of the content of all files. */
  readonly version: string;
  readonly libraries: Libraries;
  /** The present, epoch ms, for findings that depend on it; without it there are none of these. */
  readonly now?: number | undefined;
  /** False for a book that was looked over when it was published; then errors are all that is found. */
  readonly isLinted?: boolean;
}

export interface CompiledBook {
  /** Absent when a finding is an error. */
  readonly rulebook?: Rulebook;
  /** By file, line and column. */
  readonly diagnostics: readonly Diagnostic[];
}

/** The code of ISO 4217 for "no currency". */
const noCurrency = 'XXX';

export function compileRulebook(source: RulebookSource): CompiledBook {
  const { files, version, libraries, now, isLinted = true } = source;
  const findings: Diagnostic[] = [];
  const drafts = readDocuments([...files].sort(byPath), findings);
  const context = contextOf(drafts, libraries, findings);
  const rulebook = compileParts(context, version);
  if (isLinted) lintRulebook(rulebook, { drafts, findings, now });
  const diagnostics = arrange(findings);
  return findings.some((finding) => finding.severity === 'error')
    ? { diagnostics }
    : { rulebook, diagnostics };
}

function byPath(one: RuleFile, other: RuleFile): number {
  return compareText(one.path, other.path);
}

function contextOf(drafts: Drafts, libraries: Libraries, findings: Diagnostic[]): BookContext {
  const { places, drafts: features } = drafts.features;
  const facts = new FactTable(new Set(places.keys()), overlaySources(drafts), partsOfDrafts(features));
  const conditions = drafts.conditions.drafts.map(({ name, value, at }): [string, NamedSource] => [
    name,
    { value, at },
  ]);
  const named = new NamedConditions({
    condition: new Map(conditions),
    segment: segmentSources(drafts),
    facts,
    libraries,
  });
  return {
    drafts,
    names: new BookNames(drafts),
    facts,
    named,
    libraries,
    isWithheld: withheldPlaces(drafts),
    findings,
  };
}

function compileParts(context: BookContext, version: string): Rulebook {
  const { drafts } = context;
  const arbitration = compileArbitration(context);
  const actions = compileActions(context, arbitration.prior);
  const placements = compilePlacements(context, actions.values());
  const policies = compilePolicies(context);
  const { outcomes, outcomesByEvent } = compileOutcomes(context);
  const purposes = [...actions.values()].flatMap((action) => action.purpose ?? []);
  const { consentByEvent, consentPlaces } = compileConsent(context);
  const identity = compileIdentity(context);
  context.named.compileAll({ imported: drafts.importedRules.length > 0 });
  const parts = {
    version,
    currency: drafts.currency.draft?.value ?? noCurrency,
    timeZones: compileTimeZones(context),
    segments: compileSegments(context),
    // The documents were found to be plain JSON before anything was read from them.
    conditions: new Map(drafts.conditions.drafts.map(({ name, value }) => [name, value as Json])),
    identity,
    privacy: compilePrivacy(context),
    overlays: compileOverlays(
      context,
      identity.identifiers.map(({ name }) => name),
    ),
    ...compileFeatures(context),
    actions,
    channels: compileChannels(drafts),
    placements,
    engagement: new IndexedEngagement([...actions.values()], placements.values()),
    policies,
    contactMemoryMs: [...policies, ...outcomes].reduce((most, rule) => Math.max(most, rule.windowMs), 0),
    budgets: compileBudgets(drafts),
    arbitration,
    holdout: compileHoldout(drafts),
    ...compileTriggers(context),
    outcomesByEvent,
    consentByEvent,
    tests: compileTests(context, purposes),
    places: placesOf(drafts, consentPlaces),
  };
  // Last: the conditions above have named the facts that they read by now.
  return { ...parts, segmentation: compileSegmentation(parts, context), facts: context.facts.all() };
}

/** Where there are more findings than anyone reads, errors are kept before warnings. */
function arrange(findings: readonly Diagnostic[]): readonly Diagnostic[] {
  const errors = findings.filter((finding) => finding.severity === 'error');
  const warnings = findings.filter((finding) => finding.severity === 'warning');
  return [...errors.sort(byPlace), ...warnings.sort(byPlace)].slice(0, limits.diagnosticsMax).sort(byPlace);
}

function byPlace(one: Diagnostic, other: Diagnostic): number {
  return compareText(one.file, other.file) || one.line - other.line || one.column - other.column;
}
