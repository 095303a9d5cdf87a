import type { HierarchyLevel } from '../model/rulebook.ts';
import { levelFields } from './action-shape.ts';
import type { BookContext } from './book-context.ts';
import { compilePolicy } from './compile-engagement.ts';
import { parseGroup } from './group-name.ts';
import { purposePattern } from './names.ts';
import { object, optional, type Values } from './object-shape.ts';
import { name } from './scalar-shapes.ts';

const fields = {
  purpose: optional(name(purposePattern), 'Purpose of consent of actions that name none.'),
  ...levelFields,
};

export const hierarchyShape = object('a level of the hierarchy', fields);
export type HierarchyFields = Values<typeof fields>;

/** What is written for issues and groups. */
export function compileHierarchy(context: BookContext): ReadonlyMap<string, HierarchyLevel> {
  const levels = new Map<string, HierarchyLevel>();
  for (const { name: written, value, at } of context.drafts.hierarchy.drafts) {
    const level = context.names.issueOrGroup(written, at);
    const { purpose, lever } = value;
    const policy = compilePolicy(value, at, { context });
    if (levels.has(level)) {
      at.error('NBR_DUPLICATE', `${at.label}: found \`${level}\` again, expected it once.`);
      continue;
    }
    levels.set(level, { name: level, ...policy, lever, ...(purpose !== undefined && { purpose }) });
  }
  return levels;
}

/** The levels above an action, the outermost first. */
export function levelsAbove(
  group: string,
  hierarchy: ReadonlyMap<string, HierarchyLevel>,
): readonly HierarchyLevel[] {
  const { issue } = parseGroup(group);
  return [hierarchy.get(issue) ?? [], hierarchy.get(group) ?? []].flat();
}
