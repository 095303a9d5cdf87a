import { type Logger, pino } from 'pino';
import type { Config } from './config.ts';
import { describeError } from './describe-error.ts';

/** Names under which customers' data travel: should a log line ever be given one of them, it goes without the value. */
const withheld = [
  'traits',
  'properties',
  'context',
  'event',
  'events',
  'message',
  'body',
  'customer',
  'userId',
  'anonymousId',
  'email',
  'phone',
  'seen',
  'content',
  'url',
];

/**
 * The log of a server. What customers told and who they are has no place in it: errors are told without the values that
 * they may quote, and, as a second net, members of the known names are taken out of whatever is logged.
 */
export function openLogger(
  config: Pick<Config, 'logLevel' | 'tenant'>,
  destination: { write(line: string): void },
): Logger {
  return pino(
    {
      level: config.logLevel,
      base: { tenant: config.tenant },
      serializers: { err: describeError, error: describeError },
      redact: { paths: withheld.flatMap((name) => [name, `*.${name}`]), censor: '(withheld)' },
    },
    destination,
  );
}
