import { compileTexts } from '../../../adapters/rule-files/load-rulebook.ts';
import { openLibraries } from '../../../adapters/wiring/libraries.ts';
import type { Rulebook } from '../../../engine/index.ts';

/** A small shop in figures, so that a change of its rules is a change of one figure. */
export interface BookFigures {
  readonly exploration: number;
  readonly actions: Readonly<Record<string, ActionFigures>>;
  /** Contacts of one action in a week. */
  readonly actionCap: number;
  /** Contacts of all actions in a week. */
  readonly weekCap: number;
  /** Hours for which a group rests after a contact. */
  readonly groupRestHours: number;
  /** Days for which an action rests after it converted; 0: not at all. */
  readonly afterConversionDays: number;
}

export interface ActionFigures {
  readonly group: string;
  readonly value: number;
  /** Percentage points. */
  readonly lever: number;
  /** Only for customers of this tier. */
  readonly tier?: string;
  /** Only where this was looked at last. */
  readonly category?: string;
}

export const worldPlacements = ['hero', 'side'] as const;

export const startFigures: BookFigures = {
  exploration: 0.2,
  actions: {
    tent: { group: 'sales/outdoor', value: 60, lever: 0 },
    stove: { group: 'sales/outdoor', value: 40, lever: 0 },
    jacket: { group: 'sales/clothing', value: 50, lever: 0 },
    boots: { group: 'sales/clothing', value: 45, lever: 0, category: 'boots' },
    voucher: { group: 'loyalty/vouchers', value: 30, lever: 0 },
    club: { group: 'loyalty/club', value: 35, lever: 0, tier: 'silver' },
    guide: { group: 'service/advice', value: 20, lever: 0 },
    repair: { group: 'service/advice', value: 25, lever: 0, tier: 'gold' },
  },
  actionCap: 2,
  weekCap: 5,
  groupRestHours: 24,
  afterConversionDays: 7,
};

const libraries = openLibraries();

export function worldBook(figures: BookFigures): Rulebook {
  const documents = [settings(figures), ...Object.entries(figures.actions).map(actionDocument)];
  const text = documents.map((document) => JSON.stringify(document)).join('\n---\n');
  const version = `world-${text.length}`;
  const { rulebook, diagnostics } = compileTexts({
    version,
    files: [{ path: 'book.yaml', text }],
    libraries,
  });
  if (rulebook) return rulebook;
  throw new Error(`the world's rulebook is not valid: ${JSON.stringify(diagnostics[0])}`);
}

function settings(figures: BookFigures) {
  return {
    channels: { web: { direction: 'pull' } },
    placements: {
      hero: { channel: 'web', limit: 1 },
      side: { channel: 'web', limit: 1 },
    },
    features: { 'category.last': { last: 'Product Viewed', of: 'properties.category' } },
    policies: {
      'action-a-week': { scope: 'action', limit: figures.actionCap, within: '7d', counts: 'decided' },
      'all-a-week': { scope: 'customer', limit: figures.weekCap, within: '7d', counts: 'decided' },
      'group-rests': { scope: 'group', pause: `${figures.groupRestHours}h`, counts: 'decided' },
      ...(figures.afterConversionDays > 0 && {
        'converted-rests': {
          scope: 'action',
          pause: `${figures.afterConversionDays}d`,
          counts: 'conversion',
        },
      }),
    },
    arbitration: { exploration: figures.exploration, prior: { positives: 1, negatives: 9 } },
  };
}

function actionDocument([name, { group, value, lever, tier, category }]: [string, ActionFigures]) {
  return {
    action: name,
    group,
    value,
    ...(lever !== 0 && { lever }),
    ...(tier !== undefined && { eligibility: { fact: 'traits.tier', operator: 'equal', value: tier } }),
    ...(category !== undefined && {
      applicability: { fact: 'category.last', operator: 'equal', value: category },
    }),
    treatments: { card: { channel: 'web', content: { title: name } } },
  };
}
