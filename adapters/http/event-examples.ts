import type { TouchpointType } from '../../engine/index.ts';

/** What "Try it out" of the API description sends: events that the rule files which come along make use of. */
export const eventExamples: Readonly<Record<TouchpointType, object>> = {
  track: { userId: 'ada', event: 'Product Viewed', properties: { category: 'tents', name: 'Fjell 2' } },
  identify: { userId: 'ada', traits: { firstName: 'Ada', email: 'ada@example.com' } },
  page: { userId: 'ada', name: 'Home', properties: { path: '/' } },
  screen: { userId: 'ada', name: 'Home' },
  group: { userId: 'ada', groupId: 'mountain-club', traits: { name: 'Mountain club' } },
  alias: { userId: 'ada', previousId: 'visitor-1' },
};
