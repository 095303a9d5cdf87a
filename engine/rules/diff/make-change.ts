import type {
  DefinitionAdded,
  DefinitionRemoved,
  DefinitionRenamed,
  FieldChange,
  FieldsChanged,
  Reach,
  Subject,
  Topic,
} from './change.ts';
import { placeOf } from './change-place.ts';
import type { Comparison } from './comparison.ts';
import type { Pairing } from './pairing.ts';

interface What {
  readonly of: Subject;
  readonly name: string;
  readonly topic: Topic;
  readonly reach?: Reach;
}

/** One change for fields of one definition that bear on the same; none where no field changed. */
export function fieldsChanged(
  { after }: Comparison,
  { of, name, topic, reach = 'same' }: What,
  fields: readonly FieldChange[],
): readonly FieldsChanged[] {
  const [first] = fields;
  if (!first) return [];
  const at = placeOf(after, 'after', { of, name, field: first.field });
  return [{ kind: 'fields', of, name, topic, reach, at, fields, affects: [] }];
}

export function definitionAdded({ after }: Comparison, what: What): DefinitionAdded {
  return { kind: 'added', reach: 'same', ...what, at: placeOf(after, 'after', what) };
}

export function definitionRemoved({ before }: Comparison, what: What): DefinitionRemoved {
  return { kind: 'removed', reach: 'same', ...what, at: placeOf(before, 'before', what) };
}

/** What came, went and got another name, of definitions of one kind. */
export function comingsAndGoings<T>(
  comparison: Comparison,
  { added, removed, renames }: Pairing<T>,
  {
    of,
    topic,
    reach = () => 'same',
  }: {
    readonly of: Subject;
    readonly topic: Topic;
    /** What customers get of one that comes; one that goes takes the same away. */
    readonly reach?: (definition: T) => 'more' | 'fewer' | 'same';
  },
): readonly (DefinitionAdded | DefinitionRemoved | DefinitionRenamed)[] {
  const opposite = { more: 'fewer', fewer: 'more', same: 'same' } as const;
  return [
    ...[...added].map(([name, definition]) =>
      definitionAdded(comparison, { of, name, topic, reach: reach(definition) }),
    ),
    ...[...removed].map(([name, definition]) =>
      definitionRemoved(comparison, { of, name, topic, reach: opposite[reach(definition)] }),
    ),
    ...[...renames].map(([from, name]): DefinitionRenamed => {
      const at = placeOf(comparison.after, 'after', { of, name });
      return { kind: 'renamed', of, name, from, topic: 'learning', reach: 'same', at };
    }),
  ];
}
