import { Type } from 'typebox';
import type { HttpContext, HttpServer } from './http-server.ts';
import { timeToWire } from './map.ts';
import { problemResponses } from './schemas.ts';

const figure = (description: string) => Type.Number({ description });

const lift = figure(
  'Part of the loss of this baseline that the models save; below 0, the baseline is the better one.',
);

const JudgementBody = Type.Object(
  {
    trials: figure('Contacts that were judged: those since there are baselines beside the models.'),
    positives: figure('Those of them that converted.'),
    logLoss: figure(
      'Mean log loss of what was served, before it was calibrated. Conversions that are still to come count as none.',
    ),
    auc: figure(
      'Probability that a conversion was foretold higher than what did not convert; of several models, the mean by conversions.',
    ),
    rate: Type.Object(
      { logLoss: figure('The same loss of the baseline.'), lift },
      { description: 'The plain rate of the treatment up to then, which knows no customer.' },
    ),
    naiveBayes: Type.Object(
      { logLoss: figure('The same loss of the baseline.'), auc: figure('The same of the baseline.'), lift },
      { description: 'Naive Bayes on the same features, as adaptive decision managers have it.' },
    ),
  },
  {
    description:
      'How well outcomes were foretold, and by two baselines that nobody decides by. These are asked when an outcome comes to ' +
      'be learned, some seconds later than the contact was served, and anew when it converts: an advantage to them alone.',
  },
);

const ModelBody = Type.Object({
  action: Type.String(),
  treatment: Type.String(),
  trials: figure('Contacts that it learned from.'),
  positives: figure('Those of them that converted.'),
  maturity: figure('Share of the conversions from which on it is relied on (`matureAt`), 0 to 1.'),
  rate: figure('Conversions a contact, as they came.'),
  foretold: figure(
    'The same as it was foretold when the contacts were made; far from `rate`: not to be trusted.',
  ),
  shares: Type.Array(Type.Number(), {
    description:
      'Shares of the experts in its mixture, the one that follows drift last; empty before the first solution.',
  }),
  judgement: Type.Optional(JudgementBody),
});

const ModelsBody = Type.Object({
  asOf: Type.String(),
  waiting: figure('Lessons that are not learned yet; they wait in the store and are not lost.'),
  collecting: Type.Optional(
    Type.Object(
      {
        predictors: Type.Array(Type.String()),
        have: Type.Number(),
        need: Type.Number(),
      },
      { description: 'Contexts that are collected to make a code of, where the predictors are new.' },
    ),
  ),
  codes: Type.Array(
    Type.Object({
      number: Type.Number(),
      predictors: Type.Array(Type.String(), { description: 'What it was made for.' }),
      used: Type.Array(Type.String(), { description: 'Those of them that tell customers apart.' }),
      link: Type.Union([Type.Literal('logit'), Type.Literal('identity')]),
      signals: Type.Union([Type.Literal('weak'), Type.Literal('strong')]),
      dimension: figure('Number of feature ids.'),
      judgement: Type.Optional(JudgementBody),
      models: Type.Array(ModelBody),
    }),
    {
      description: 'How values become features. The first scores; a second one is learned to take its place.',
    },
  ),
});

/** What the models have learned, and how well they foretell. */
export function addModelRoutes(server: HttpServer, { application, clock }: HttpContext): void {
  const schema = {
    summary: 'Look at the models',
    description:
      'What has been learned of each treatment where the rulebook has a section `learning`, as it was stored last, some ' +
      'seconds ago at most.',
    tags: ['operation'],
    response: { 200: ModelsBody, ...problemResponses },
  };
  server.get('/v1/models', { schema }, async () => {
    const { waiting, collecting, codes } = await application.models();
    return {
      asOf: timeToWire(clock.now()),
      waiting,
      ...(collecting && {
        collecting: { predictors: [...collecting.names], have: collecting.have, need: collecting.need },
      }),
      codes: codes.map(({ names, used, models, ...code }) => ({
        ...code,
        predictors: [...names],
        used: [...used],
        models: models.map(({ shares, ...model }) => ({ ...model, shares: [...shares] })),
      })),
    };
  });
}
