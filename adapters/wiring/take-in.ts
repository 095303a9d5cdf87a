import { type Application, readTouchpoint, type TouchpointEvent } from '../../engine/index.ts';
import type { Clock, Ids } from '../../engine/ports.ts';
import type { IntakeVerdict, RawTouchpoint } from '../nats/nats-intake.ts';

/** Takes raw touchpoints from a stream: the good ones are ingested together, the others leave with their faults. */
export function takeInBy(parts: {
  readonly application: Application;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly counted: (result: 'accepted' | 'rejected', count: number) => void;
}): (raw: readonly RawTouchpoint[]) => Promise<readonly IntakeVerdict[]> {
  return async (raw) => {
    const receivedAt = parts.clock.now();
    const events: TouchpointEvent[] = [];
    const verdicts = raw.map(({ body, id }): IntakeVerdict => {
      const messageId = () => id ?? parts.ids.nonce();
      const read = readTouchpoint(body, { receivedAt, messageId, pointer: '' });
      if ('event' in read) {
        events.push(read.event);
        return 'accepted';
      }
      return {
        rejected: read.faults.map(({ pointer, detail }) => `${pointer || '/'}: ${detail}`).join('; '),
      };
    });
    if (events.length > 0) await parts.application.ingest(events);
    parts.counted('accepted', events.length);
    parts.counted('rejected', raw.length - events.length);
    return verdicts;
  };
}
