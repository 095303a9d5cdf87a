import { limits } from '../../limits.ts';
import type { Rulebook } from '../../model/rulebook.ts';
import type { Steps } from '../../steps.ts';
import type { Drafts } from '../drafts.ts';
import { factDomains } from '../meaning/fact-domain.ts';
import type { Diagnostic } from '../rule-file.ts';
import { lintBudgets } from './lint-budgets.ts';
import { lintConditions } from './lint-conditions.ts';
import { lintConsent } from './lint-consent.ts';
import { lintCouples } from './lint-couples.ts';
import { lintExperiments } from './lint-experiments.ts';
import { lintIdentity } from './lint-identity.ts';
import { lintLearning } from './lint-learning.ts';
import { lintOutcomes } from './lint-outcomes.ts';
import { lintPolicies } from './lint-policies.ts';
import { lintQuietHours } from './lint-quiet-hours.ts';
import { lintRanking } from './lint-ranking.ts';
import { lintReach } from './lint-reach.ts';
import { lintRepeatedEntries } from './lint-repeated-entries.ts';
import { lintSelections } from './lint-selections.ts';
import { lintTests } from './lint-tests.ts';
import { lintTriggers } from './lint-triggers.ts';
import { lintTwins } from './lint-twins.ts';
import { lintUplift } from './lint-uplift.ts';
import { lintValidity } from './lint-validity.ts';
import { lintWeights } from './lint-weights.ts';
import { lintWorth } from './lint-worth.ts';
import type { LintedBook, Warn } from './linted-book.ts';

type Lint = (book: LintedBook) => void;

/** Families that look at one thing at a time. */
const local: readonly Lint[] = [lintConditions, lintRepeatedEntries, lintValidity];

/**
 * Families that put things in relation: what is missing because of an error would look like another fault. Two rules
 * whose conditions cannot be read, for example, would look the same.
 */
const relating: readonly Lint[] = [
  lintTriggers,
  lintOutcomes,
  lintConsent,
  lintIdentity,
  lintWeights,
  lintTwins,
  lintBudgets,
  lintQuietHours,
  lintReach,
  lintSelections,
  lintPolicies,
  lintExperiments,
  lintCouples,
  lintWorth,
  lintRanking,
  lintLearning,
  lintUplift,
  lintTests,
];

/**
 * What is sound in a book and still cannot be meant: it goes by what conditions mean, not by how they are written.
 * Everything found is a warning. Findings come in no particular order.
 */
export function* lintRulebook(
  rulebook: Rulebook,
  {
    drafts,
    findings,
    now,
  }: { readonly drafts: Drafts; readonly findings: Diagnostic[]; readonly now: number | undefined },
): Steps<void> {
  const isSound = findings.every(({ severity }) => severity === 'warning');
  const warn: Warn = ({ code, at: { file, place }, message, hint }) => {
    const finding = {
      code,
      severity: 'warning' as const,
      file,
      line: place.line,
      column: place.column,
      message,
    };
    findings.push(hint === undefined ? finding : { ...finding, hint });
  };
  const book = {
    rulebook,
    drafts,
    domains: factDomains(rulebook.features, rulebook.overlays),
    warn,
    isFull: () => findings.length > limits.diagnosticsMax,
    ...(now === undefined ? {} : { now }),
  };
  for (const lint of isSound ? [...local, ...relating] : local) {
    lint(book);
    yield;
  }
}
