import { outcomeKinds } from '../model/outcome.ts';
import type { ContactPolicy } from '../model/rulebook.ts';
import type { BookContext } from './book-context.ts';
import { list } from './collection-shapes.ts';
import { defaulted, object, required, type Values } from './object-shape.ts';
import { duration, number, oneOf, text } from './scalar-shapes.ts';

const names = list(text);
const matchFields = {
  channels: defaulted(names, [], 'Only contacts in these channels.'),
  placements: defaulted(names, [], 'Only contacts in these placements.'),
  groups: defaulted(names, [], 'Only contacts with actions of these groups or issues.'),
  actions: defaulted(names, [], 'Only contacts with these actions.'),
};

const fields = {
  scope: required(
    oneOf(['customer', 'channel', 'placement', 'group', 'action', 'treatment']),
    'What is counted apart.',
  ),
  match: defaulted(
    object('a match', matchFields),
    { channels: [], placements: [], groups: [], actions: [] },
    'Which contacts it speaks of; all when absent.',
  ),
  limit: required(number({ min: 0, whole: true }), 'Contacts allowed in the window.'),
  within: required(duration(), 'Rolling window.'),
  counts: defaulted(
    oneOf(['decided', ...outcomeKinds]),
    'decided',
    'What a contact must have become in order to count.',
  ),
};

export const policyShape = object('a contact policy', fields);
export type PolicyFields = Values<typeof fields>;

export function compilePolicies({ drafts, names: known }: BookContext): readonly ContactPolicy[] {
  return drafts.policies.drafts.map(({ name, value, at }) => {
    const { scope, match, limit, within: windowMs, counts } = value;
    const matchAt = at.at('match');
    known.checkAll('channel', match.channels, matchAt.at('channels'));
    known.checkAll('placement', match.placements, matchAt.at('placements'));
    known.checkAll('action', match.actions, matchAt.at('actions'));
    const groups = known.groups(match.groups, matchAt.at('groups'));
    return { name, scope, match: { ...match, groups }, limit, windowMs, counts };
  });
}
