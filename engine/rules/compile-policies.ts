import type { ContactMatch, ContactPolicy } from '../model/contact-policy.ts';
import { type BookContext, compileOptional } from './book-context.ts';
import { type PolicyPlace, policyOfKind } from './compile-policy-kinds.ts';
import { customerFacts } from './conditions/fact-scope.ts';
import type { Cursor } from './cursor.ts';
import {
  fieldsBesideKind,
  type PolicyFields,
  type PolicyKindField,
  policyExtras,
  policyKindFields,
} from './policy-shape.ts';
import type { Draft } from './register.ts';
import { inWords } from './scalar-shapes.ts';

export function compilePolicies(context: BookContext): readonly ContactPolicy[] {
  return context.drafts.policies.drafts.flatMap((draft) => compilePolicy(draft, context) ?? []);
}

function compilePolicy(
  { name, value, at }: Draft<PolicyFields>,
  context: BookContext,
): ContactPolicy | undefined {
  const match = compileMatch(value.match, { at: at.at('match'), context });
  const when = compileOptional(value.when, at.at('when'), { context, allowed: customerFacts });
  const field = kindOf(value, at);
  if (field === undefined || !checkFields(field, value, at)) return undefined;
  const base = { name, match, ...(when && { when }) };
  return policyOfKind(base, field, value, { at, context });
}

/** The kind is told by the one field that only it has. */
function kindOf(value: PolicyFields, at: Cursor): PolicyKindField | undefined {
  const present = policyKindFields.filter((field) => value[field] !== undefined);
  if (present.length === 1) return present[0];
  at.error(
    present.length === 0 ? 'NBR_MISSING_FIELD' : 'NBR_CONFLICTING_FIELDS',
    `${at.label}: expected a contact policy with one of ${inWords(policyKindFields)}, found ${
      present.length === 0 ? 'none' : inWords(present)
    }.`,
    present.length === 0 ? undefined : 'Write two policies: each of them holds.',
  );
  return undefined;
}

function checkFields(field: PolicyKindField, value: PolicyFields, at: Cursor): boolean {
  const { needed, allowed } = fieldsBesideKind[field];
  const missing = needed.filter((name) => value[name] === undefined);
  for (const name of missing) {
    at.error('NBR_MISSING_FIELD', `${at.label}: expected \`${name}\` beside \`${field}\`, found none.`);
  }
  const stray = policyExtras.filter(
    (name) => value[name] !== undefined && !needed.includes(name) && !allowed.includes(name),
  );
  for (const name of stray) {
    at.at(name).error(
      'NBR_CONFLICTING_FIELDS',
      `${at.label}: expected no \`${name}\` beside \`${field}\`, found one.`,
    );
  }
  return missing.length + stray.length === 0;
}

function compileMatch(match: PolicyFields['match'], { at, context }: PolicyPlace): ContactMatch {
  const { names } = context;
  names.checkAll('channel', match.channels, at.at('channels'));
  names.checkAll('placement', match.placements, at.at('placements'));
  names.checkAll('action', match.actions, at.at('actions'));
  for (const [index, treatment] of match.treatments.entries()) {
    names.treatment(treatment, at.at('treatments', index));
  }
  return { ...match, groups: names.groups(match.groups, at.at('groups')) };
}
