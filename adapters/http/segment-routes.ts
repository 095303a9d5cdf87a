import type { HttpContext, HttpServer } from './http-server.ts';
import { segmentToWire, timeToWire } from './map.ts';
import { problemResponses } from './schemas.ts';
import { SegmentsBody } from './schemas-views.ts';

/** How many customers are in each segment, what they are worth, and how that came about. */
export function addSegmentRoutes(server: HttpServer, { application, clock }: HttpContext): void {
  const schema = {
    summary: 'Look at all segments',
    description:
      'Size and value of the segments of the rulebook in force, and both by day. A size is the number of customers in ' +
      'the segment as the log was worked off; who is merged into another customer is counted once.',
    tags: ['segments'],
    response: { 200: SegmentsBody, ...problemResponses },
  };
  server.get('/v1/segments', { schema }, async () => ({
    asOf: timeToWire(clock.now()),
    segments: (await application.segments()).map(segmentToWire),
  }));
}
