import type { Affected, Change, ConditionVerdict, Subject } from '../../../engine/index.ts';
import { count } from '../../rule-files/print-diagnostics.ts';
import { describeFields } from './describe-fields.ts';

/** One change of a rulebook in one sentence. */
export function describeChange(change: Change): string {
  const text = describe(change);
  return change.challenger === undefined ? text : `challenger ${change.challenger}: ${text}`;
}

function describe(change: Change): string {
  const { of, name } = change;
  switch (change.kind) {
    case 'added':
      return `new ${nameOf(of, name)}${placesOf(change.placements)}`;
    case 'removed':
      return `${nameOf(of, name)} is gone${placesOf(change.placements)}`;
    case 'renamed':
      return `${nameOf(of, name)} is what was called ${change.from}${leftBehind(of)}`;
    case 'restarted':
      return `${nameOf(of, name)} is counted anew: what it knew of customers comes back with \`nextbest rebuild\``;
    case 'fields':
      return `${nameOf(of, name)}${directionOf(change)}: ${describeFields(change.fields)}${affectsOf(change.affects)}`;
    case 'condition':
      return describeCondition(change);
  }
}

function nameOf(of: Subject, name: string): string {
  switch (of) {
    case 'condition':
      return `shared condition ${name}`;
    case 'consent':
      return `rule of consent: ${name}`;
    case 'quietHours':
      return `quiet hours ${name}`;
    case 'holdout':
      return `hold-out ${name}`;
    case 'arbitration':
    case 'setting':
      return name;
    default:
      return `${of} ${name}`;
  }
}

function placesOf(placements: readonly string[] | undefined): string {
  if (placements === undefined) return '';
  return placements.length === 0 ? ' (in no placement)' : ` (in ${placements.join(', ')})`;
}

/** What is kept under a name does not follow to another one. */
function leftBehind(of: Subject): string {
  switch (of) {
    case 'action':
      return '; its earlier contacts and what was learned stay with the old name';
    case 'budget':
      return '; it is counted anew';
    default:
      return '';
  }
}

/** Limits are loosened and tightened; of anything else the fields say enough. */
function directionOf({ of, reach }: Change): string {
  if (of !== 'policy' && of !== 'budget') return '';
  if (reach === 'more') return ' is loosened';
  return reach === 'fewer' ? ' is tightened' : ' is changed';
}

const verdicts: Readonly<Record<ConditionVerdict, string>> = {
  loosened: 'is loosened',
  tightened: 'is tightened',
  shifted: 'is changed, some come in and others drop out',
  equal: 'is written differently and means the same',
  moved: 'is changed, but the same customers pass all conditions together',
  'not-tightened': 'is loosened, or means the same',
  'not-loosened': 'is tightened, or means the same',
  unclear: 'is changed, in which direction cannot be told',
};

function describeCondition(change: Extract<Change, { readonly kind: 'condition' }>): string {
  const { of, name, field, verdict, through, affects } = change;
  const subject = field === '' ? nameOf(of, name) : `${nameOf(of, name)}: \`${field}\``;
  const also = through.length === 0 ? '' : `; so is the shared ${through.join(', ')} in it`;
  return `${subject} ${verdicts[verdict]}${partsOf(change)}${also}${affectsOf(affects)}`;
}

function partsOf({
  before,
  after,
  dropped,
  gained,
}: Extract<Change, { readonly kind: 'condition' }>): string {
  if (before === undefined) return `: now ${after}, where everybody passed`;
  if (after === undefined) return `: everybody passes, no longer ${before}`;
  const parts = [
    ...(gained.length > 0 ? [`now ${gained.join(' and ')}`] : []),
    ...(dropped.length > 0 ? [`no longer ${dropped.join(' and ')}`] : []),
  ];
  return parts.length > 0 ? `: ${parts.join(', ')}` : `: now ${after}, no longer ${before}`;
}

function affectsOf(affects: readonly Affected[]): string {
  if (affects.length === 0) return '';
  const verdictsTold = new Set(affects.map(({ verdict }) => verdict));
  const groups = [...verdictsTold].map((verdict) => {
    const places = affects.filter((affected) => affected.verdict === verdict).map(placeOf);
    return `${places.join(', ')} (${shortVerdicts[verdict]})`;
  });
  return `; reaches ${count(affects.length, 'condition')}: ${groups.join('; ')}`;
}

const shortVerdicts: Readonly<Record<ConditionVerdict, string>> = {
  loosened: 'loosened',
  tightened: 'tightened',
  shifted: 'some come in, others drop out',
  equal: 'means the same',
  moved: 'means the same',
  'not-tightened': 'loosened or the same',
  'not-loosened': 'tightened or the same',
  unclear: 'changed',
};

function placeOf({ of, name, field }: Affected): string {
  return `\`${field}\` of ${of === 'arbitration' || of === 'consent' ? name : `${of} ${name}`}`;
}
