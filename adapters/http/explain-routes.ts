import { Type } from 'typebox';
import { explainReceipt } from '../../engine/index.ts';
import type { HttpContext, HttpServer } from './http-server.ts';
import { fullExplanationToWire } from './map-explanation.ts';
import { CustomerPath } from './record-routes.ts';
import { problemResponses } from './schemas.ts';
import { FullExplanationBody } from './schemas-explain.ts';

const ExplainBody = Type.Object({
  matches: Type.Boolean({
    description:
      'The decision was made again from its receipt, and came out as it did then to the last byte.',
  }),
  ...FullExplanationBody.properties,
});

const ExplainQuery = Type.Object({
  counterfactuals: Type.Optional(
    Type.Enum(['true', 'false'], {
      description: 'Whether to look for what would have let each action in; true when absent.',
    }),
  ),
});

/** Why a decision came out as it did, as long as its receipt is kept. */
export function addExplainRoutes(server: HttpServer, { application, rulebooks, sha256 }: HttpContext): void {
  const schema = {
    summary: 'Explain one decision',
    description:
      'Makes the decision again from its receipt, and tells for every action why it was or was not shown, and what ' +
      'would have had to be otherwise. Receipts are kept for NEXTBEST_RECEIPT_DAYS.',
    tags: ['decisions'],
    params: CustomerPath,
    querystring: ExplainQuery,
    response: { 200: ExplainBody, ...problemResponses },
  };
  server.get('/v1/decisions/:id/explain', { schema }, async (request) => {
    const { id } = request.params;
    const receipt = await application.receipt(id);
    const rulebook = receipt && (await rulebooks.book(receipt.rulebook));
    const counterfactuals = request.query.counterfactuals !== 'false';
    const explained = explainReceipt(id, { receipt, rulebook }, { sha256, counterfactuals });
    return { matches: explained.matches, ...fullExplanationToWire(explained.explanation) };
  });
}
