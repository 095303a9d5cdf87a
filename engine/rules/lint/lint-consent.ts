import type { ConsentRule } from '../../model/rulebook.ts';
import { withTexts } from '../meaning/fact-domain.ts';
import { eachTwo, isWithin, type Placed } from './alike-rules.ts';
import { type LintedBook, placeInWords } from './linted-book.ts';

/** Rules of consent on the same event that repeat each other, or take back what the other one gives. */
export function lintConsent({ rulebook, domains, warn }: LintedBook): void {
  const placed = [...rulebook.places.consent].map(([rule, at]) => ({ rule, at }));
  eachTwo(placed, keysOf, (earlier, later, key) => {
    const [event = ''] = key.split('\n');
    const onEvent = withTexts(domains, 'event.name', [event]);
    const isInner = isWithin(later.rule.where, earlier.rule.where, onEvent);
    if (!isInner && !isWithin(earlier.rule.where, later.rule.where, onEvent)) return false;
    if (later.rule.status !== earlier.rule.status) conflict(event, later, earlier);
    else if (!isSameTerm(later.rule, earlier.rule)) twoTerms(event, later, earlier);
    else if (isInner) repetition(event, later, earlier);
    else repetition(event, earlier, later);
    return true;
  });

  function conflict(event: string, { rule, at }: Placed<ConsentRule>, other: Placed<ConsentRule>): void {
    warn({
      code: 'NBR_CONSENT_CONFLICT',
      at,
      message:
        `${at.label}: found that "${event}" makes \`${subjectOf(rule)}\` ${rule.status}, and ${other.rule.status} as ` +
        `well (${placeInWords(other.at)}); expected one of the two.`,
      hint: 'Where both are true, permission counts as not granted. Tell the two apart with `where`.',
    });
  }

  function twoTerms(event: string, { rule, at }: Placed<ConsentRule>, other: Placed<ConsentRule>): void {
    warn({
      code: 'NBR_CONSENT_CONFLICT',
      at,
      message:
        `${at.label}: found that "${event}" makes \`${subjectOf(rule)}\` ${rule.status} for another time than ` +
        `${placeInWords(other.at)} says; expected one time.`,
      hint: 'Where both are true, the grant that ends first counts. Tell the two apart with `where`.',
    });
  }

  function repetition(event: string, { rule, at }: Placed<ConsentRule>, other: Placed<ConsentRule>): void {
    warn({
      code: 'NBR_SHADOWED',
      at,
      message:
        `${at.label}: found that "${event}" makes \`${subjectOf(rule)}\` ${rule.status}, which ` +
        `${placeInWords(other.at)} says already; expected a rule of its own.`,
      hint: 'Delete one of the two.',
    });
  }
}

function keysOf(rule: ConsentRule): readonly string[] {
  return rule.events.map((event) => `${event}\n${subjectOf(rule)}`);
}

function subjectOf({ purpose, channel }: ConsentRule): string {
  return channel === undefined ? purpose : `${purpose}/${channel}`;
}

/** Whether what they grant ends at the same time. */
function isSameTerm(one: ConsentRule, other: ConsentRule): boolean {
  return one.expiresMs === other.expiresMs && one.expiresFrom?.join('.') === other.expiresFrom?.join('.');
}
