import { levelFields } from './action-shape.ts';
import { list, mapOf } from './collection-shapes.ts';
import { namePattern, subjectNamePattern } from './names.ts';
import { defaulted, object, optional, required, type Values } from './object-shape.ts';
import { name, number, text } from './scalar-shapes.ts';

const share = number({ min: 0, max: 1 });
const names = list(text);

const matchFields = {
  channels: defaulted(names, [], 'Only in these channels.'),
  placements: defaulted(names, [], 'Only in these placements.'),
  groups: defaulted(names, [], 'Only actions of these groups or issues.'),
  actions: defaulted(names, [], 'Only these actions.'),
};

export const matchDefault = { channels: [], placements: [], groups: [], actions: [] };

const holdoutFields = {
  share: required(share, 'Share of customers held out.'),
  match: defaulted(
    object('a match', matchFields),
    matchDefault,
    'What they do not get; everything when absent.',
  ),
};

const weights = optional(
  mapOf(namePattern, number({ min: 0 })),
  'How the customers are divided, by arm; evenly when absent.',
);

const treatmentsFields = {
  action: required(name(subjectNamePattern), 'The action whose treatments are compared.'),
  arms: required(mapOf(namePattern, list(text)), 'By arm: the treatments that its customers may see.'),
  weights,
};

const actionsFields = {
  arms: required(mapOf(namePattern, list(text)), 'By arm: the actions that its customers may be offered.'),
  weights,
};

const challengerFields = {
  name: required(name(subjectNamePattern), 'The folder below `challengers/`.'),
  share: required(share, 'Share of customers that it decides on.'),
};

const modelControlFields = {
  share: required(share, 'Share of customers for whom chance ranks; 0.02 is one in fifty.'),
};

const fields = {
  salt: optional(text, 'Deals the customers anew when it changes.'),
  valid: { ...levelFields.valid, description: 'When it runs; always when absent.' },
  holdout: optional(object('a holdout', holdoutFields), 'Customers who do not get something.'),
  treatments: optional(
    object('a test of treatments', treatmentsFields),
    'Treatments of one action compared.',
  ),
  actions: optional(object('a test of actions', actionsFields), 'Actions compared.'),
  challenger: optional(
    object('a challenge', challengerFields),
    'Another set of rules compared with this one.',
  ),
  modelControl: optional(
    object('a model control', modelControlFields),
    'Customers for whom chance chooses among all that may be shown, in place of the ranking.',
  ),
};

export const experimentShape = object('an experiment', fields);
export type ExperimentFields = Values<typeof fields>;

/** The fields of which an experiment has exactly one. */
export const experimentKinds = ['holdout', 'treatments', 'actions', 'challenger', 'modelControl'] as const;
export type ArmsFields = Pick<NonNullable<ExperimentFields['actions']>, 'arms' | 'weights'>;
