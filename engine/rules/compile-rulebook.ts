import { compareText } from '../compare-text.ts';
import { contactMemoryMs } from '../customer/contacts.ts';
import { indexPolicies } from '../decide/policies/policy-index.ts';
import { limits } from '../limits.ts';
import type { Json } from '../model/json.ts';
import type { Rulebook } from '../model/rulebook.ts';
import type { Libraries } from '../ports.ts';
import { atOnce, type Steps } from '../steps.ts';
import type { BookContext } from './book-context.ts';
import { BookNames } from './book-names.ts';
import { refuseMovedPlacements, sharing, withChallenger } from './challengers.ts';
import { checkPayable } from './check-payable.ts';
import { compileActions } from './compile-actions.ts';
import { compileArbitration } from './compile-arbitration.ts';
import { compileBudgets } from './compile-budgets.ts';
import { compileChannels } from './compile-channels.ts';
import { compileCharges } from './compile-charges.ts';
import { compileConsent } from './compile-consent.ts';
import { compileDegraded } from './compile-degraded.ts';
import { compileExperiments } from './compile-experiments.ts';
import { compileFeatures, partsOfDrafts } from './compile-features.ts';
import { compileHierarchy } from './compile-hierarchy.ts';
import { compileIdentity } from './compile-identity.ts';
import { compileLearning } from './compile-learning.ts';
import { compileOutcomes } from './compile-outcomes.ts';
import { compileOverlays, overlaySources } from './compile-overlays.ts';
import { compilePlacements } from './compile-placements.ts';
import { compilePolicies } from './compile-policies.ts';
import { compilePrivacy } from './compile-privacy.ts';
import { compileQuietHours } from './compile-quiet-hours.ts';
import { compileSegmentation, compileSegments, segmentSources } from './compile-segments.ts';
import { compileTests } from './compile-tests.ts';
import { compileTriggers } from './compile-triggers.ts';
import { compileJurisdictions, compileTimeZones } from './compile-whereabouts.ts';
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
  return atOnce(compileInSteps(source));
}

/** As `compileRulebook`, for those who have others waiting: a book of thousands of actions takes a second or more. */
export function* compileInSteps(source: RulebookSource): Steps<CompiledBook> {
  const { files, version, libraries, now, isLinted = true } = source;
  const findings: Diagnostic[] = [];
  const drafts = yield* readDocuments([...files].sort(byPath), findings);
  const context = contextOf(drafts, libraries, findings);
  const base = yield* compileParts(context, version);
  const challengers = yield* compileChallengers(base, context);
  const whole = withMemoryOfAll({ ...base, challengers });
  const degraded = compileDegraded(context, whole);
  const rulebook = degraded ? { ...whole, degraded } : whole;
  if (isLinted) {
    yield* lintRulebook(rulebook, { drafts, findings, now });
    for (const [name, challenger] of challengers) {
      yield* lintChallenger(challenger, { name, drafts, findings, now });
    }
  }
  const diagnostics = arrange(findings);
  return findings.some((finding) => finding.severity === 'error')
    ? { diagnostics }
    : { rulebook, diagnostics };
}

function* compileChallengers(base: Rulebook, context: BookContext): Steps<ReadonlyMap<string, Rulebook>> {
  const { drafts } = context;
  const names = [...drafts.challengers.keys()].sort(compareText);
  refuseMovedPlacements(drafts);
  const challengers = new Map<string, Rulebook>();
  for (const name of names) {
    const own = withChallenger(drafts, name);
    const parts = { ...context, drafts: own, names: new BookNames(own) };
    challengers.set(name, sharing(yield* compileParts(parts, base.version), base));
  }
  return challengers;
}

/** A customer may be decided on by another book tomorrow, whose caps look back further. */
function withMemoryOfAll(book: Rulebook): Rulebook {
  const books = [book, ...book.challengers.values()];
  const contactMemoryMs = books.reduce((most, one) => Math.max(most, one.contactMemoryMs), 0);
  return { ...book, contactMemoryMs };
}

/** What the book itself holds was looked at already: only what a challenger's own files say is told here. */
function* lintChallenger(
  challenger: Rulebook,
  {
    name,
    drafts,
    findings,
    now,
  }: {
    readonly name: string;
    readonly drafts: Drafts;
    readonly findings: Diagnostic[];
    readonly now: number | undefined;
  },
): Steps<void> {
  const found = [...findings];
  yield* lintRulebook(challenger, { drafts: withChallenger(drafts, name), findings: found, now });
  const own = found.slice(findings.length).filter(({ file }) => file.startsWith(`challengers/${name}/`));
  findings.push(...own);
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

function* compileParts(context: BookContext, version: string): Steps<Rulebook> {
  const { drafts } = context;
  const arbitration = compileArbitration(context);
  const hierarchy = compileHierarchy(context);
  const actions = yield* compileActions(context, { ...arbitration, hierarchy });
  const placements = compilePlacements(context, actions.values());
  const policies = compilePolicies(context);
  const timeZones = compileTimeZones(context);
  const budgets = compileBudgets(context, timeZones);
  const { outcomes, outcomesByEvent } = compileOutcomes(context);
  const purposes = [...actions.values()].flatMap((action) => action.purpose ?? []);
  const { consentByEvent, consentPlaces } = compileConsent(context);
  const identity = compileIdentity(context);
  context.named.compileAll({ imported: drafts.importedRules.length > 0 });
  yield;
  const charges = compileCharges(actions, budgets);
  checkPayable(context, actions, charges);
  const jurisdictions = compileJurisdictions(context);
  const segments = compileSegments(context);
  const privacy = compilePrivacy(context);
  const overlays = compileOverlays(
    context,
    identity.identifiers.map(({ name }) => name),
  );
  const features = compileFeatures(context);
  yield;
  const engagement = new IndexedEngagement([...actions.values()], placements.values());
  yield;
  const parts = {
    version,
    currency: drafts.currency.draft?.value ?? noCurrency,
    timeZones,
    jurisdictions,
    segments,
    // The documents were found to be plain JSON before anything was read from them.
    conditions: new Map(drafts.conditions.drafts.map(({ name, value }) => [name, value as Json])),
    identity,
    privacy,
    overlays,
    ...features,
    hierarchy,
    actions,
    channels: compileChannels(drafts),
    placements,
    engagement,
    policies,
    policyIndex: indexPolicies(policies, placements.values()),
    quietHours: compileQuietHours(context, [...actions.values()]),
    contactMemoryMs: contactMemoryMs(policies, outcomes),
    budgets,
    charges,
    arbitration,
    experiments: compileExperiments({ context, actions, challengers: new Set(drafts.challengers.keys()) }),
    challengers: new Map<string, Rulebook>(),
    ...compileTriggers(context),
    outcomesByEvent,
    conversionRules: outcomes.filter(({ outcome }) => outcome === 'conversion'),
    consentByEvent,
    tests: compileTests(context, purposes),
    places: placesOf(drafts, consentPlaces),
  };
  yield;
  // Last: the conditions above have named the facts that they read by now.
  const learning = compileLearning(context, parts);
  return {
    ...parts,
    learning,
    segmentation: compileSegmentation(parts, context),
    facts: [...context.facts.all()],
  };
}

/** Where there are more findings than anyone reads, errors are kept before warnings. */
function arrange(found: readonly Diagnostic[]): readonly Diagnostic[] {
  const findings = once(found);
  const errors = findings.filter((finding) => finding.severity === 'error');
  const warnings = findings.filter((finding) => finding.severity === 'warning');
  return [...errors.sort(byPlace), ...warnings.sort(byPlace)].slice(0, limits.diagnosticsMax).sort(byPlace);
}

/** What is wrong with a definition of the book is found again for every challenger that takes it over. */
function once(findings: readonly Diagnostic[]): readonly Diagnostic[] {
  const told = new Set<string>();
  return findings.filter(({ code, file, line, column, message }) => {
    const key = JSON.stringify([code, file, line, column, message]);
    if (told.has(key)) return false;
    told.add(key);
    return true;
  });
}

function byPlace(one: Diagnostic, other: Diagnostic): number {
  return compareText(one.file, other.file) || one.line - other.line || one.column - other.column;
}
