import { isEventPath } from './conditions/fact-table.ts';
import type { Cursor } from './cursor.ts';

/** Reads `properties.revenue`: a property chain below the event. Undefined when it is none, which is reported then. */
export function readEventPath(written: string, at: Cursor): readonly string[] | undefined {
  const path = written.split('.');
  if (isEventPath(path)) return path;
  const hint =
    path[0] === 'event'
      ? `Leave out \`event.\`: \`${path.slice(1).join('.')}\`.`
      : `Perhaps \`properties.${written}\`.`;
  at.error(
    'NBR_BAD_PATH',
    `${at.label}: expected a place in the event such as \`properties.revenue\`, found "${written}".`,
    hint,
  );
  return undefined;
}
