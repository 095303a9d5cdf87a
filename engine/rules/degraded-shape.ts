import { list } from './collection-shapes.ts';
import { groupPattern, subjectNamePattern } from './names.ts';
import { defaulted, object, required, type Values } from './object-shape.ts';
import { duration, name } from './scalar-shapes.ts';

const degradedFields = {
  after: required(
    duration(),
    'How long a request waits for the store before it is answered without it, such as `300ms`.',
  ),
  actions: defaulted(
    list(name(subjectNamePattern)),
    [],
    'Actions that may be shown then: nothing may count or limit them.',
  ),
  groups: defaulted(
    list(name(groupPattern)),
    [],
    'The same for all actions of groups or issues that nothing counts or limits.',
  ),
};

/** What is answered while the store is away. */
export const degradedShape = object('a degraded mode', degradedFields);
export type DegradedFields = Values<typeof degradedFields>;
