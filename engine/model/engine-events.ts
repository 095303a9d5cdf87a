/** Names of the events that the engine tells of a customer. Nobody else can send them: triggers rely on them. */
export const engineEvents = {
  segmentEntered: 'Segment Entered',
  segmentLeft: 'Segment Left',
  mergeRefused: 'Merge Refused',
  unmergeRefused: 'Unmerge Refused',
} as const;

const names: ReadonlySet<string> = new Set(Object.values(engineEvents));

export function isEngineEvent(name: string): boolean {
  return names.has(name);
}
